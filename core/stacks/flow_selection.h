// Which nodes and edges of a flow graph are worth drawing.
#pragma once

#include "core/stacks/flow_diagram.h"

namespace heapprof {

/// The absolute share of the whole; of nothing it is 0.
double absoluteShare(std::int64_t part, std::int64_t whole);

class FlowSelection {
public:
    FlowSelection(const FlowGraph& graph, const FlowGraphOptions& options);

    std::vector<bool> nodes, edges;  ///< parallel to the graph's
    std::vector<bool> entries;       ///< nodes that so much begins on that an edge from the root is worth drawing
    double greatestHidden = 0;       ///< as in FlowDiagram

private:
    void keepGreatestEdges(const FlowGraph& graph, const std::vector<std::uint32_t>& nodeOrder, std::size_t limit);
    std::vector<std::uint32_t> rankedEdges(const FlowGraph& graph) const;
};

}  // namespace heapprof
