#include "core/stacks/merged_flow_graph.h"

namespace heapprof {

MergedFlowGraph::MergedFlowGraph(std::size_t columns) {
    m_graph.total.resize(columns);
    m_graph.withoutStack.resize(columns);
    m_graph.times.resize(columns);
}

void MergedFlowGraph::setTotal(std::size_t column, std::int64_t bytes) {
    m_graph.total[column].bytes = bytes;
    m_graph.withoutStack[column].bytes = wrappingAdd(m_graph.withoutStack[column].bytes, bytes);
}

void MergedFlowGraph::setSelf(std::size_t column, const NamedLine& line, std::int64_t bytes) {
    m_graph.nodes[nodeOf(line)].self[column].bytes = bytes;
    m_graph.withoutStack[column].bytes = wrappingSubtract(m_graph.withoutStack[column].bytes, bytes);
}

void MergedFlowGraph::setCumulative(std::size_t column, const NamedLine& line, std::int64_t bytes) {
    m_graph.nodes[nodeOf(line)].cumulative[column].bytes = bytes;
}

void MergedFlowGraph::setEdge(std::size_t column, const NamedLine& caller, const NamedLine& callee,
                              std::int64_t bytes) {
    const std::pair ends(nodeOf(caller), nodeOf(callee));
    const auto [entry, isNew] = m_edges.try_emplace(ends, m_graph.edges.size());
    if (isNew) m_graph.edges.push_back({ends.first, ends.second, std::vector<std::int64_t>(m_graph.total.size())});
    m_graph.edges[entry->second].amounts[column] = bytes;
}

std::uint32_t MergedFlowGraph::nodeOf(const NamedLine& line) {
    const FunctionIndex function = m_traces.internFunction({m_traces.internString(line.first), {}, 0});
    const LineIndex index = m_traces.lineOf(m_traces.internFrame({function, line.second}));
    const auto [entry, isNew] = m_nodes.try_emplace(index, static_cast<std::uint32_t>(m_graph.nodes.size()));
    if (isNew) {
        const std::vector<Estimate> nothing(m_graph.total.size());
        m_graph.nodes.push_back({index, nothing, nothing, {}});
    }
    return entry->second;
}

}  // namespace heapprof
