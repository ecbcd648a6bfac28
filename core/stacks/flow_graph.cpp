#include "core/stacks/flow_graph.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "core/stacks/passed_nodes.h"

namespace heapprof {
namespace {

/// Collects nodes and edges while stacks are walked.
class GraphMaker {
public:
    GraphMaker(std::size_t instants, Measure measure) : m_instants(instants) {
        m_graph.measure = measure;
        m_graph.withoutStack.resize(instants);
    }

    /// A trace of which the innermost frame is on `line`, if it has one.
    void add(std::optional<LineIndex> line, const Estimate& usage, std::size_t instant) {
        (line ? m_graph.nodes[nodeOf(*line).position].self : m_graph.withoutStack)[instant] += usage;
    }

    void enter(const PassedNodes::Node& node, std::span<const Estimate> amounts) {
        Place& here = nodeOf(node.line);
        if (here.timesOnPath++ == 0) addTo(m_graph.nodes[here.position].cumulative, amounts);
        Place* edge = nullptr;
        if (m_path.empty()) {
            addTo(m_entered[here.position], amounts);
        } else {
            edge = &edgeOf(m_path.back().node->position, here.position);
            if (edge->timesOnPath++ == 0) addTo(m_edgeUsages[edge->position], amounts);
        }
        m_path.push_back({&here, edge});
    }
    void leave() {
        const Step step = m_path.back();
        m_path.pop_back();
        --step.node->timesOnPath;
        if (step.edge) --step.edge->timesOnPath;
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
            for (const Estimate& usage : m_entered[old]) sorted.back().entered.push_back(usage.of(m_graph.measure));
        }
        m_graph.nodes = std::move(sorted);
        for (std::size_t i = 0; i < m_graph.edges.size(); ++i) {
            FlowGraph::Edge& edge = m_graph.edges[i];
            for (const Estimate& usage : m_edgeUsages[i]) edge.amounts.push_back(usage.of(m_graph.measure));
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
    /// A node or an edge of the graph.
    struct Place {
        std::uint32_t position;
        std::uint32_t timesOnPath;  // to where the walk is
    };
    struct Step {
        Place* node;
        Place* edge;  // from its caller; nullptr: it is the outermost one
    };

    static void addTo(std::vector<Estimate>& sums, std::span<const Estimate> amounts) {
        for (std::size_t i = 0; i < amounts.size(); ++i) sums[i] += amounts[i];
    }
    Place& nodeOf(LineIndex line) {
        const auto [entry, isNew] =
            m_nodeOfLine.try_emplace(line.value, Place{static_cast<std::uint32_t>(m_graph.nodes.size()), 0});
        if (isNew) {
            m_graph.nodes.push_back({line, std::vector<Estimate>(m_instants), std::vector<Estimate>(m_instants), {}});
            m_entered.emplace_back(m_instants);
        }
        return entry->second;
    }
    Place& edgeOf(std::uint32_t caller, std::uint32_t callee) {
        const auto [entry, isNew] = m_edgeOfPair.try_emplace(
            std::uint64_t{caller} << 32 | callee, Place{static_cast<std::uint32_t>(m_graph.edges.size()), 0});
        if (isNew) {
            m_graph.edges.push_back({caller, callee, {}});
            m_edgeUsages.emplace_back(m_instants);
        }
        return entry->second;
    }

    std::size_t m_instants;
    std::vector<Step> m_path;
    std::vector<std::vector<Estimate>> m_entered;     // parallel to the graph's nodes; one per instant
    std::vector<std::vector<Estimate>> m_edgeUsages;  // parallel to the graph's edges; one per instant
    std::unordered_map<std::uint32_t, Place> m_nodeOfLine;
    std::unordered_map<std::uint64_t, Place> m_edgeOfPair;
};

}  // namespace

FlowGraph makeFlowGraph(std::span<const Snapshot> instants, const TraceTable& traces, const HiddenFrames& hidden,
                        Measure measure) {
    GraphMaker maker(instants.size(), measure);
    PassedNodes passed(traces, hidden, instants.size());
    for (std::size_t i = 0; i < instants.size(); ++i) {
        for (const TraceEstimate& entry : instants[i].traces) maker.add(passed.add(entry, i), entry.usage, i);
        maker.m_graph.total.push_back(instants[i].total);
        maker.m_graph.times.push_back(instants[i].time);
    }
    passed.walk([&](const PassedNodes::Node& node, std::span<const Estimate> amounts) { maker.enter(node, amounts); },
                [&](const PassedNodes::Node&) { maker.leave(); });
    return maker.finish();
}

}  // namespace heapprof
