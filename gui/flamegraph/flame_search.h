// Where in a flame graph the frames are that the search has found. No Qt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gui/flamegraph/flame_scene.h"

namespace heapprof::gui {

struct FlameMatches {
    std::vector<std::uint32_t> nodes;  ///< ascending; whose group holds a match
    std::optional<std::uint32_t> at;   ///< of those on the line that the search is at, the widest

    bool operator==(const FlameMatches&) const = default;
};

/// Not for the GUI thread. The widest is looked for below `focus` first.
FlameMatches matchesIn(const FlameScene& scene, const Search& search, std::uint32_t focus);

}  // namespace heapprof::gui
