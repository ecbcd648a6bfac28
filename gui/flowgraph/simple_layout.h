// A layout for when Graphviz gives none.
#pragma once

#include "gui/flowgraph/graph_layout.h"

namespace heapprof::gui {

/// Callers stand in layers above their callees, boxes never overlap, edges are straight and may pass below boxes. Takes
/// milliseconds, whatever the graph.
GraphLayout simpleLayout(const LayoutRequest& request);

}  // namespace heapprof::gui
