// Flow graphs of several captures, or of several moments, as one: lines are the same when their names are.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "core/capture/trace_table.h"
#include "core/stacks/flow_graph.h"

namespace heapprof {

/// A line of code by its name: file and number.
using NamedLine = std::pair<std::string_view, std::uint32_t>;

/// Made from plain numbers, column by column; what a column does not name has nothing there, and each is set once. Owns
/// its table of lines.
class MergedFlowGraph {
public:
    explicit MergedFlowGraph(std::size_t columns);

    void setTotal(std::size_t column, std::int64_t bytes);
    void setSelf(std::size_t column, const NamedLine& line, std::int64_t bytes);
    void setCumulative(std::size_t column, const NamedLine& line, std::int64_t bytes);
    void setEdge(std::size_t column, const NamedLine& caller, const NamedLine& callee, std::int64_t bytes);

    /// For makeFlowDiagram(). Nodes are in the order in which they were named first.
    const FlowGraph& graph() const { return m_graph; }
    /// What the graph's lines refer to.
    const TraceTable& traces() const { return m_traces; }

private:
    std::uint32_t nodeOf(const NamedLine& line);

    TraceTableBuilder m_traces;
    FlowGraph m_graph;
    std::map<LineIndex, std::uint32_t> m_nodes;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> m_edges;
};

}  // namespace heapprof
