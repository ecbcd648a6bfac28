// Where the frames of a flame graph lie: positions in bytes or blocks, and which frame owns which pixel. No Qt.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/stacks/call_tree.h"

namespace heapprof::gui {

/// The range of the graph's own axis that is shown in a row of pixels: one affine map.
struct FlameViewport {
    double left = 0;
    double width = 1;  ///< > 0
    int pixels = 0;

    double scale() const { return pixels / width; }
    /// In pixels, fractions included.
    double toPixels(double position) const { return (position - left) * scale(); }
    double toPosition(double pixel) const { return left + pixel / scale(); }
    /// The first pixel whose centre lies at or behind `position`, kept within [0, pixels].
    int edge(std::int64_t position) const;
};

/// Pixels [begin, end) of one row belong to `node`.
struct FlameSpan {
    int begin = 0;
    int end = 0;
    std::uint32_t node = 0;

    bool operator==(const FlameSpan&) const = default;
};

/// One row per depth of the tree; a node is as wide as its magnitude, children stand left to right from their parent's
/// left edge, and what the parent's own traces hold stays free at its right. A pixel belongs to the frame that its
/// centre lies on, so edges agree in all rows, and no frame sticks out of its caller. Immutable.
class FlameLayout {
public:
    explicit FlameLayout(const CallTree& tree);

    std::uint32_t rowCount() const { return static_cast<std::uint32_t>(m_rowBegin.size()) - 1; }
    /// The whole graph's width, in what the tree is counted in.
    std::int64_t total() const { return m_extents.empty() ? 0 : m_extents[0].end; }
    std::int64_t start(std::uint32_t node) const { return m_extents[node].start; }
    std::int64_t end(std::uint32_t node) const { return m_extents[node].end; }
    /// Nodes [first, second) make up the row, from left to right.
    std::pair<std::uint32_t, std::uint32_t> row(std::uint32_t depth) const;

    std::optional<std::uint32_t> nodeAt(std::uint32_t depth, double position) const;

    /// The visible frames of a row, at most one per pixel: frames that no pixel's centre lies on are leapt over, so the
    /// cost grows with the pixels and not with the frames. Replaces `spans`.
    void visibleSpans(std::uint32_t depth, const FlameViewport& viewport, std::vector<FlameSpan>& spans) const;
    /// As visibleSpans for some nodes only (ascending), but each of them gets at least the pixel its middle lies in.
    void markedSpans(std::span<const std::uint32_t> nodes, std::uint32_t depth, const FlameViewport& viewport,
                     std::vector<FlameSpan>& spans) const;

private:
    struct Extent {  // side by side: looking for a frame in a long row costs a cache miss, not two
        std::int64_t start = 0;
        std::int64_t end = 0;
    };
    std::vector<Extent> m_extents;  // parallel to the tree's nodes
    std::vector<std::uint32_t> m_rowBegin;
};

}  // namespace heapprof::gui
