// Ways through a flow graph.
#pragma once

#include <optional>
#include <vector>

#include "core/stacks/flow_diagram.h"

namespace heapprof::gui {

/// The box of lines through which most flows; unset without boxes. Of two instants the later counts, here and below.
std::optional<std::size_t> greatestBox(const FlowDiagram& diagram);

/// Which boxes lead to `box` or are reached from it, itself included; parallel to the diagram's.
std::vector<bool> related(const FlowDiagram& diagram, std::size_t box);

/// From the root, or from the greatest box, along the edge that carries most, to the box that allocates more by itself
/// than it passes on along any. Without the root; empty without boxes.
std::vector<std::size_t> heaviestPath(const FlowDiagram& diagram);

/// Of some lines the one that allocates most by itself; at least one is given.
LineIndex heaviestLine(const FlowGraph& graph, const std::vector<LineIndex>& lines);

/// The caller of `box`, or the one that it calls, which shares most with it.
std::optional<std::size_t> greatestCaller(const FlowDiagram& diagram, std::size_t box);
std::optional<std::size_t> greatestCallee(const FlowDiagram& diagram, std::size_t box);

}  // namespace heapprof::gui
