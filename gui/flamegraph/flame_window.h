// Which rows of a flame graph are in sight, in device pixels. No Qt.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "gui/flamegraph/flame_layout.h"

namespace heapprof::gui {

/// All lengths but `x` in whole device pixels, so that rows are equally high at every device pixel ratio.
struct FlameWindow {
    FlameViewport x;  ///< its pixels are device pixels
    int height = 0;
    int rowHeight = 1;
    int scroll = 0;  ///< from the content's top edge
    std::uint32_t rows = 0;
    bool rootAtTop = true;
    double ratio = 1;  ///< device pixels per logical pixel

    std::int64_t contentHeight() const { return std::int64_t{rows} * rowHeight; }
    std::int64_t maxScroll() const { return std::max<std::int64_t>(0, contentHeight() - height); }

    /// The row's first pixel from the window's top; a short graph with its root below stands on the window's bottom.
    std::int64_t rowTop(std::uint32_t depth) const {
        if (rootAtTop) return std::int64_t{depth} * rowHeight - scroll;
        return std::max<std::int64_t>(contentHeight(), height) - (std::int64_t{depth} + 1) * rowHeight - scroll;
    }
    std::optional<std::uint32_t> depthAt(int y) const {
        const std::int64_t fromRoot =
            rootAtTop ? std::int64_t{y} + scroll : std::max<std::int64_t>(contentHeight(), height) - 1 - y - scroll;
        if (fromRoot < 0 || fromRoot >= contentHeight()) return std::nullopt;
        return static_cast<std::uint32_t>(fromRoot / rowHeight);
    }
    /// Rows [first, second) are in sight, wholly or in part.
    std::pair<std::uint32_t, std::uint32_t> visibleRows() const {
        if (rows == 0 || height <= 0) return {0, 0};
        const auto top = depthAt(0), bottom = depthAt(height - 1);
        const std::uint32_t a = top.value_or(rootAtTop ? 0 : rows - 1);
        const std::uint32_t b = bottom.value_or(rootAtTop ? rows - 1 : 0);
        return {std::min(a, b), std::max(a, b) + 1};
    }
};

/// All rows of a graph in a strip of few pixels: up to `tallest` each, and less than one where there are too many.
struct FlameStrip {
    int height = 0;  ///< of the strip
    std::uint32_t rows = 0;
    int tallest = 1;
    bool rootAtTop = true;

    /// What the rows need of the height, from the strip's top on.
    int contentHeight() const { return static_cast<int>(std::min<std::int64_t>(height, std::int64_t{rows} * tallest)); }
    /// The row that pixel y shows, 0 <= y < contentHeight().
    std::uint32_t depthAt(int y) const {
        const auto place = static_cast<std::uint32_t>(std::int64_t{y} * rows / contentHeight());
        return rootAtTop ? place : rows - 1 - place;
    }
    /// The row's pixels: one at least, which it may share.
    std::pair<int, int> pixelsOf(std::uint32_t depth) const {
        const std::int64_t place = rootAtTop ? depth : rows - 1 - depth;
        const auto top = static_cast<int>(place * contentHeight() / rows);
        return {top, std::max(top + 1, static_cast<int>((place + 1) * contentHeight() / rows))};
    }
};

}  // namespace heapprof::gui
