#include "core/stacks/flow_selection.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <numeric>
#include <queue>
#include <utility>

namespace heapprof {
namespace {

bool isEntry(const FlowGraph& graph, const FlowGraph::Node& node, double minFraction) {
    double max = 0;
    for (std::size_t t = 0; t < node.entered.size(); ++t)
        max = std::max(max, absoluteShare(node.entered[t], graph.total[t].of(graph.measure)));
    return max >= minFraction && max > 0;
}

}  // namespace

double absoluteShare(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0 : std::abs(static_cast<double>(part) / static_cast<double>(whole));
}

FlowSelection::FlowSelection(const FlowGraph& graph, const FlowGraphOptions& options)
    : nodes(graph.nodes.size()), edges(graph.edges.size()), entries(graph.nodes.size()) {
    std::vector<std::uint32_t> order(graph.nodes.size());
    std::iota(order.begin(), order.end(), 0);
    std::vector<double> weight(graph.nodes.size());
    for (std::size_t i = 0; i < weight.size(); ++i)
        for (std::size_t t = 0; t < graph.total.size(); ++t)
            weight[i] = std::max(weight[i], absoluteShare(graph.nodes[i].cumulative[t].of(graph.measure),
                                                          graph.total[t].of(graph.measure)));
    std::sort(order.begin(), order.end(),
              [&](auto a, auto b) { return weight[a] != weight[b] ? weight[a] > weight[b] : a < b; });
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::uint32_t node = order[i];
        nodes[node] = i < options.maxNodes && weight[node] >= options.minNodeFraction && weight[node] > 0;
        if (!nodes[node]) greatestHidden = std::max(greatestHidden, weight[node]);
        entries[node] = nodes[node] && isEntry(graph, graph.nodes[node], options.minEdgeFraction);
    }
    for (std::size_t i = 0; i < edges.size(); ++i) {
        const auto& edge = graph.edges[i];
        double max = 0;
        for (std::size_t t = 0; t < graph.total.size(); ++t)
            max =
                std::max(max, absoluteShare(edge.amounts[t], graph.nodes[edge.caller].cumulative[t].of(graph.measure)));
        edges[i] = nodes[edge.caller] && nodes[edge.callee] && max >= options.minEdgeFraction && max > 0;
    }
    keepGreatestEdges(graph, order, options.maxEdges);
}

/// `nodeOrder`: where to begin again when some nodes cannot be reached from any that nobody calls.
void FlowSelection::keepGreatestEdges(const FlowGraph& graph, const std::vector<std::uint32_t>& nodeOrder,
                                      std::size_t limit) {
    const std::vector<std::uint32_t> ranked = rankedEdges(graph);
    if (ranked.size() <= limit) return;
    std::vector<std::vector<std::uint32_t>> leaving(nodes.size());  // ranks
    std::vector<bool> isCalled(nodes.size()), isReached(nodes.size());
    for (std::uint32_t rank = 0; rank < ranked.size(); ++rank) {
        const auto& edge = graph.edges[ranked[rank]];
        leaving[edge.caller].push_back(rank);
        if (edge.caller != edge.callee) isCalled[edge.callee] = true;
    }
    std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> open;
    const auto reach = [&](std::uint32_t node) {
        isReached[node] = true;
        for (const std::uint32_t rank : leaving[node]) open.push(rank);
    };
    std::size_t count = 0;
    const auto keep = [&](std::uint32_t rank) {
        if (count == limit || edges[ranked[rank]]) return;
        edges[ranked[rank]] = true;
        ++count;
    };
    std::fill(edges.begin(), edges.end(), false);
    for (const std::uint32_t node : nodeOrder)
        if (!isCalled[node]) reach(node);
    for (const std::uint32_t start : nodeOrder) {
        while (!open.empty()) {
            const std::uint32_t rank = open.top(), callee = graph.edges[ranked[rank]].callee;
            open.pop();
            if (isReached[callee]) continue;
            keep(rank);
            reach(callee);
        }
        if (!isReached[start]) reach(start);
    }
    for (std::uint32_t rank = 0; rank < ranked.size(); ++rank) keep(rank);
}

/// The edges kept so far, the greatest first.
std::vector<std::uint32_t> FlowSelection::rankedEdges(const FlowGraph& graph) const {
    std::vector<std::pair<double, std::uint32_t>> weighted;
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
        if (!edges[i]) continue;
        double weight = 0;
        for (std::size_t t = 0; t < graph.total.size(); ++t)
            weight = std::max(weight, absoluteShare(graph.edges[i].amounts[t], graph.total[t].of(graph.measure)));
        weighted.emplace_back(-weight, i);
    }
    std::sort(weighted.begin(), weighted.end());
    std::vector<std::uint32_t> ranked;
    for (const auto& [weight, edge] : weighted) ranked.push_back(edge);
    return ranked;
}

}  // namespace heapprof
