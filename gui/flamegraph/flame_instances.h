// Where the selected line of code stands in a flame graph, and what it holds. No Qt.
#pragma once

#include <vector>

#include "gui/flamegraph/flame_scene.h"

namespace heapprof::gui {

struct FlameInstances {
    LineIndex line;
    std::vector<std::uint32_t> nodes;  ///< ascending; frames whose group holds code on the line
    /// The line's own number in the table of lines: memory that passes through several of the frames counts once.
    Estimate cumulative;
};

/// Asks for the table of lines: not for the GUI thread.
FlameInstances instancesOf(const FlameScene& scene, LineIndex line);

}  // namespace heapprof::gui
