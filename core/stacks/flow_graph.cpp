#include "core/stacks/flow_graph.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <numeric>
#include <queue>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "core/traces/shown_frames.h"

namespace heapprof {
namespace {

/// Collects nodes and edges while traces are walked.
class GraphMaker {
public:
    GraphMaker(const TraceTable& traces, std::size_t instants, bool hideInternal)
        : m_traces(traces), m_instants(instants), m_shown(traces, hideInternal) {}

    void add(const TraceEstimate& entry, std::size_t instant) {
        m_path.clear();
        for (NodeIndex node = m_shown.innermost(m_traces.trace(entry.trace).leaf); node.value != 0;
             node = m_shown.callerOf(node))
            m_path.push_back(m_traces.lineOf(m_traces.node(node).frame));
        if (m_path.empty()) return;
        ++m_walk;
        m_graph.nodes[nodeOf(m_path.front()).position].self[instant] += entry.usage;
        std::uint32_t callee = 0;
        for (std::size_t i = 0; i < m_path.size(); ++i) {
            Visit& visit = nodeOf(m_path[i]);
            if (std::exchange(visit.walk, m_walk) != m_walk)
                m_graph.nodes[visit.position].cumulative[instant] += entry.usage;
            if (i > 0) {
                Visit& edge = edgeOf(visit.position, callee);
                if (std::exchange(edge.walk, m_walk) != m_walk) m_edgeUsages[edge.position][instant] += entry.usage;
            }
            callee = visit.position;
        }
    }

    FlowGraph finish() {
        std::vector<std::uint32_t> order(m_graph.nodes.size()), position(m_graph.nodes.size());
        std::iota(order.begin(), order.end(), 0);
        std::sort(order.begin(), order.end(),
                  [&](auto a, auto b) { return m_graph.nodes[a].line < m_graph.nodes[b].line; });
        std::vector<FlowGraph::Node> sorted;
        sorted.reserve(order.size());
        for (const std::uint32_t old : order) {
            position[old] = static_cast<std::uint32_t>(sorted.size());
            sorted.push_back(std::move(m_graph.nodes[old]));
        }
        m_graph.nodes = std::move(sorted);
        for (std::size_t i = 0; i < m_graph.edges.size(); ++i) {
            FlowGraph::Edge& edge = m_graph.edges[i];
            for (const Estimate& usage : m_edgeUsages[i]) edge.bytes.push_back(usage.bytes);
            edge.caller = position[edge.caller];
            edge.callee = position[edge.callee];
        }
        std::sort(m_graph.edges.begin(), m_graph.edges.end(), [](const auto& a, const auto& b) {
            return a.caller != b.caller ? a.caller < b.caller : a.callee < b.callee;
        });
        return std::move(m_graph);
    }

    FlowGraph m_graph;

private:
    struct Visit {
        std::uint32_t position;
        std::uint64_t walk;  // the trace that was counted here last
    };

    Visit& nodeOf(LineIndex line) {
        const auto [entry, isNew] =
            m_nodeOfLine.try_emplace(line.value, Visit{static_cast<std::uint32_t>(m_graph.nodes.size()), 0});
        if (isNew)
            m_graph.nodes.push_back({line, std::vector<Estimate>(m_instants), std::vector<Estimate>(m_instants)});
        return entry->second;
    }
    Visit& edgeOf(std::uint32_t caller, std::uint32_t callee) {
        const auto [entry, isNew] = m_edgeOfPair.try_emplace(
            std::uint64_t{caller} << 32 | callee, Visit{static_cast<std::uint32_t>(m_graph.edges.size()), 0});
        if (isNew) {
            m_graph.edges.push_back({caller, callee, {}});
            m_edgeUsages.emplace_back(m_instants);
        }
        return entry->second;
    }

    const TraceTable& m_traces;
    std::size_t m_instants;
    ShownFrames m_shown;
    std::uint64_t m_walk = 0;
    std::vector<LineIndex> m_path;
    std::vector<std::vector<Estimate>> m_edgeUsages;  // parallel to the graph's edges; one per instant
    std::unordered_map<std::uint32_t, Visit> m_nodeOfLine;
    std::unordered_map<std::uint64_t, Visit> m_edgeOfPair;
};

double share(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0 : std::abs(static_cast<double>(part) / static_cast<double>(whole));
}

/// Which of the graph's nodes and edges are worth drawing.
class Selection {
public:
    Selection(const FlowGraph& graph, const FlowGraphOptions& options)
        : nodes(graph.nodes.size()), edges(graph.edges.size()) {
        std::vector<std::uint32_t> order(graph.nodes.size());
        std::iota(order.begin(), order.end(), 0);
        std::vector<double> weight(graph.nodes.size());
        for (std::size_t i = 0; i < weight.size(); ++i)
            for (std::size_t t = 0; t < graph.total.size(); ++t)
                weight[i] = std::max(weight[i], share(graph.nodes[i].cumulative[t].bytes, graph.total[t].bytes));
        std::sort(order.begin(), order.end(),
                  [&](auto a, auto b) { return weight[a] != weight[b] ? weight[a] > weight[b] : a < b; });
        for (std::size_t i = 0; i < order.size() && i < options.maxNodes; ++i)
            nodes[order[i]] = weight[order[i]] >= options.minNodeFraction && weight[order[i]] > 0;
        for (std::size_t i = 0; i < edges.size(); ++i) {
            const auto& edge = graph.edges[i];
            double max = 0;
            for (std::size_t t = 0; t < graph.total.size(); ++t)
                max = std::max(max, share(edge.bytes[t], graph.nodes[edge.caller].cumulative[t].bytes));
            edges[i] = nodes[edge.caller] && nodes[edge.callee] && max >= options.minEdgeFraction && max > 0;
        }
        keepGreatestEdges(graph, order, options.maxEdges);
    }

    std::vector<bool> nodes, edges;

private:
    /// `nodeOrder`: where to begin again when some nodes cannot be reached from any that nobody calls.
    void keepGreatestEdges(const FlowGraph& graph, const std::vector<std::uint32_t>& nodeOrder, std::size_t limit) {
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
    std::vector<std::uint32_t> rankedEdges(const FlowGraph& graph) const {
        std::vector<std::pair<double, std::uint32_t>> weighted;
        for (std::uint32_t i = 0; i < edges.size(); ++i) {
            if (!edges[i]) continue;
            double weight = 0;
            for (std::size_t t = 0; t < graph.total.size(); ++t)
                weight = std::max(weight, share(graph.edges[i].bytes[t], graph.total[t].bytes));
            weighted.emplace_back(-weight, i);
        }
        std::sort(weighted.begin(), weighted.end());
        std::vector<std::uint32_t> ranked;
        for (const auto& [weight, edge] : weighted) ranked.push_back(edge);
        return ranked;
    }
};

}  // namespace

FlowGraph makeFlowGraph(std::span<const Snapshot> instants, const TraceTable& traces, bool hideInternal) {
    GraphMaker maker(traces, instants.size(), hideInternal);
    for (std::size_t i = 0; i < instants.size(); ++i) {
        for (const auto& entry : instants[i].traces) maker.add(entry, i);
        maker.m_graph.total.push_back(instants[i].total);
        maker.m_graph.times.push_back(instants[i].time);
    }
    return maker.finish();
}

FlowDiagram makeFlowDiagram(const FlowGraph& graph, const FlowGraphOptions& options) {
    if (!(options.minNodeFraction >= 0 && options.minNodeFraction <= 1) ||
        !(options.minEdgeFraction >= 0 && options.minEdgeFraction <= 1))
        throw std::invalid_argument("smallest node and smallest edge are fractions between 0 and 1");
    const Selection kept(graph, options);
    constexpr std::uint32_t kNone = ~std::uint32_t{0};

    // A line is joined with the next when that is the only one it leads to, and nothing else leads there.
    std::vector<std::uint32_t> callees(graph.nodes.size()), callers(graph.nodes.size()),
        next(graph.nodes.size(), kNone);
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        if (!kept.edges[i]) continue;
        ++callees[graph.edges[i].caller];
        ++callers[graph.edges[i].callee];
    }
    std::vector<bool> isContinuation(graph.nodes.size());
    if (options.collapse)
        for (std::size_t i = 0; i < graph.edges.size(); ++i) {
            const auto& [caller, callee, bytes] = graph.edges[i];
            if (!kept.edges[i] || caller == callee || callees[caller] != 1 || callers[callee] != 1) continue;
            next[caller] = callee;
            isContinuation[callee] = true;
        }
    // A ring of lines that only lead to each other has no first one: open it at its smallest.
    std::vector<bool> reached(graph.nodes.size());
    for (std::uint32_t start = 0; start < next.size(); ++start)
        if (!isContinuation[start])
            for (std::uint32_t at = start; at != kNone; at = next[at]) reached[at] = true;
    for (std::uint32_t start = 0; start < next.size(); ++start) {
        if (reached[start]) continue;
        isContinuation[start] = false;
        std::uint32_t at = start;
        for (; next[at] != start; at = next[at]) reached[at] = true;
        reached[at] = true;
        next[at] = kNone;
    }

    FlowDiagram diagram;
    diagram.total = graph.total;
    diagram.times = graph.times;
    std::vector<std::uint32_t> boxOf(graph.nodes.size(), kNone);
    for (std::uint32_t start = 0; start < graph.nodes.size(); ++start) {
        if (!kept.nodes[start]) {
            ++diagram.hiddenNodes;
            continue;
        }
        if (isContinuation[start]) continue;
        FlowDiagram::Box box;
        box.cumulative = graph.nodes[start].cumulative;
        box.self.resize(graph.total.size());
        for (std::uint32_t at = start; at != kNone; at = next[at]) {
            box.lines.push_back(graph.nodes[at].line);
            for (std::size_t t = 0; t < box.self.size(); ++t) box.self[t] += graph.nodes[at].self[t];
            boxOf[at] = static_cast<std::uint32_t>(diagram.boxes.size());
        }
        diagram.boxes.push_back(std::move(box));
    }
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        const auto& edge = graph.edges[i];
        if (!kept.edges[i])
            ++diagram.hiddenEdges;
        else if (next[edge.caller] != edge.callee)
            diagram.edges.push_back({boxOf[edge.caller], boxOf[edge.callee], edge.bytes});
    }
    return diagram;
}

}  // namespace heapprof
