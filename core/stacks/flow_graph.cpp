#include "core/stacks/flow_graph.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "core/traces/shown_frames.h"

namespace heapprof {
namespace {

/// Collects nodes and edges while traces are walked.
class GraphMaker {
public:
    GraphMaker(const TraceTable& traces, std::size_t instants, const HiddenFrames& hidden, Measure measure)
        : m_traces(traces), m_instants(instants), m_shown(traces, hidden) {
        m_graph.measure = measure;
        m_graph.withoutStack.resize(instants);
    }

    void add(const TraceEstimate& entry, std::size_t instant) {
        m_path.clear();
        for (NodeIndex node = m_shown.innermost(m_traces.trace(entry.trace).leaf); node.value != 0;
             node = m_shown.callerOf(node))
            m_path.push_back(m_traces.lineOf(m_traces.node(node).frame));
        if (m_path.empty()) {
            m_graph.withoutStack[instant] += entry.usage;
            return;
        }
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
        m_entered[callee][instant] += entry.usage;  // the last one visited is the outermost
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
    struct Visit {
        std::uint32_t position;
        std::uint64_t walk;  // the trace that was counted here last
    };

    Visit& nodeOf(LineIndex line) {
        const auto [entry, isNew] =
            m_nodeOfLine.try_emplace(line.value, Visit{static_cast<std::uint32_t>(m_graph.nodes.size()), 0});
        if (isNew) {
            m_graph.nodes.push_back({line, std::vector<Estimate>(m_instants), std::vector<Estimate>(m_instants), {}});
            m_entered.emplace_back(m_instants);
        }
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
    std::vector<std::vector<Estimate>> m_entered;     // parallel to the graph's nodes; one per instant
    std::vector<std::vector<Estimate>> m_edgeUsages;  // parallel to the graph's edges; one per instant
    std::unordered_map<std::uint32_t, Visit> m_nodeOfLine;
    std::unordered_map<std::uint64_t, Visit> m_edgeOfPair;
};

}  // namespace

FlowGraph makeFlowGraph(std::span<const Snapshot> instants, const TraceTable& traces, const HiddenFrames& hidden,
                        Measure measure) {
    GraphMaker maker(traces, instants.size(), hidden, measure);
    for (std::size_t i = 0; i < instants.size(); ++i) {
        for (const auto& entry : instants[i].traces) maker.add(entry, i);
        maker.m_graph.total.push_back(instants[i].total);
        maker.m_graph.times.push_back(instants[i].time);
    }
    return maker.finish();
}

}  // namespace heapprof
