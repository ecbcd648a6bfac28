// Frames too narrow to be told apart, as one thing that can be named and opened. No Qt.
#pragma once

#include <cstdint>
#include <optional>

#include "gui/flamegraph/flame_scene.h"

namespace heapprof::gui {

/// The nodes [first, end), at least two: those callees of one frame that are narrower than a pixel. They lie side by
/// side, as siblings descend by width.
struct FlameBand {
    std::uint32_t first = 0;
    std::uint32_t end = 0;

    std::uint32_t count() const { return end - first; }
    bool operator==(const FlameBand&) const = default;
};

/// The band that `node` is painted in: it or the outermost of its callers that is narrower than a pixel belongs to it.
/// Nothing when the node is as wide as a pixel, or alone. Costs the logarithm of the callees, and the node's depth.
std::optional<FlameBand> bandOf(const FlameScene& scene, std::uint32_t node, const FlameViewport& viewport);

/// What its frames hold together, the frames below them included.
Estimate usageOf(const FlameBand& band, const CallTree& tree);

}  // namespace heapprof::gui
