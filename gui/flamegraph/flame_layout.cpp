#include "gui/flamegraph/flame_layout.h"

#include <algorithm>
#include <cmath>

namespace heapprof::gui {
namespace {

/// The first i in [begin, end) for which `isBeyond` holds, or end; it must go from false to true once. Doubles its
/// steps, so near answers are cheap.
template <typename Predicate>
std::uint32_t gallop(std::uint32_t begin, std::uint32_t end, Predicate isBeyond) {
    std::uint32_t low = begin;
    std::uint64_t step = 1;
    while (low + step < end && !isBeyond(static_cast<std::uint32_t>(low + step))) {
        low += static_cast<std::uint32_t>(step);
        step *= 2;
    }
    std::uint32_t high = static_cast<std::uint32_t>(std::min<std::uint64_t>(end, low + step));
    while (low < high) {
        const std::uint32_t middle = low + (high - low) / 2;
        if (isBeyond(middle)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

}  // namespace

int FlameViewport::edge(std::int64_t position) const {
    // The next whole number, by hand: for std::ceil many processors of today need a call.
    const double pixel = std::clamp(toPixels(static_cast<double>(position)) - 0.5, 0.0, static_cast<double>(pixels));
    const int whole = static_cast<int>(pixel);
    return whole + (static_cast<double>(whole) < pixel);
}

FlameLayout::FlameLayout(const CallTree& tree) {
    m_extents.resize(tree.nodes.size());
    m_rowBegin.push_back(0);
    for (std::uint32_t i = 0; i < tree.nodes.size(); ++i) {
        const CallTree::Node& node = tree.nodes[i];
        if (node.depth >= m_rowBegin.size()) m_rowBegin.push_back(i);
        std::int64_t position = m_extents[i].start;
        m_extents[i].end = position + tree.magnitude[i];
        for (std::uint32_t child = node.firstChild; child < node.firstChild + node.childCount; ++child) {
            m_extents[child].start = position;
            position += tree.magnitude[child];
        }
    }
    if (!tree.nodes.empty()) m_rowBegin.push_back(static_cast<std::uint32_t>(tree.nodes.size()));
}

std::pair<std::uint32_t, std::uint32_t> FlameLayout::row(std::uint32_t depth) const {
    if (depth >= rowCount()) return {0, 0};
    return {m_rowBegin[depth], m_rowBegin[depth + 1]};
}

std::optional<std::uint32_t> FlameLayout::nodeAt(std::uint32_t depth, double position) const {
    const auto [begin, end] = row(depth);
    const std::uint32_t node =
        gallop(begin, end, [&](std::uint32_t i) { return static_cast<double>(this->end(i)) > position; });
    if (node == end || static_cast<double>(start(node)) > position) return std::nullopt;
    return node;
}

void FlameLayout::visibleSpans(std::uint32_t depth, const FlameViewport& viewport,
                               std::vector<FlameSpan>& spans) const {
    spans.clear();
    const auto [begin, rowEnd] = row(depth);
    int last = 0;  // pixels before it are done
    std::uint32_t node = begin;
    while (last < viewport.pixels) {
        // What ends at or before the next pixel's centre cannot own it. Whole numbers compare fastest; rounding may let
        // one node too many through, never one too few, and the exact edges decide.
        const double centre = viewport.toPosition(last + 0.5);
        const auto atMost = static_cast<std::int64_t>(std::floor(centre - std::max(1e-9, std::abs(centre) * 4e-16)));
        node = gallop(node, rowEnd, [&](std::uint32_t i) { return end(i) > atMost; });
        if (node != rowEnd && viewport.edge(end(node)) <= last) {
            node = gallop(node, rowEnd, [&](std::uint32_t i) { return viewport.edge(end(i)) > last; });
        }
        if (node == rowEnd) return;
        const int from = viewport.edge(start(node));
        const int to = viewport.edge(end(node));
        if (from >= viewport.pixels) return;
        if (to > from) spans.push_back({from, to, node});
        last = to;
        ++node;
    }
}

void FlameLayout::markedSpans(std::span<const std::uint32_t> nodes, std::uint32_t depth, const FlameViewport& viewport,
                              std::vector<FlameSpan>& spans) const {
    spans.clear();
    const auto [begin, rowEnd] = row(depth);
    const auto inRowBegin = std::lower_bound(nodes.begin(), nodes.end(), begin);
    const std::span inRow(inRowBegin, std::lower_bound(inRowBegin, nodes.end(), rowEnd));
    const auto count = static_cast<std::uint32_t>(inRow.size());
    double done = viewport.left;  // what ends at or before this position needs nothing more
    std::uint32_t i = 0;
    while (true) {
        i = gallop(i, count, [&](std::uint32_t k) { return static_cast<double>(end(inRow[k])) > done; });
        if (i == count) return;
        const std::uint32_t node = inRow[i++];
        int from = viewport.edge(start(node));
        int to = viewport.edge(end(node));
        if (to <= from) {
            const double middle =
                viewport.toPixels((static_cast<double>(start(node)) + static_cast<double>(end(node))) / 2);
            if (middle >= viewport.pixels) return;
            if (middle < 0 || start(node) == end(node)) {
                done = static_cast<double>(end(node));
                continue;
            }
            from = static_cast<int>(middle);
            to = from + 1;
        }
        if (from >= viewport.pixels) return;
        if (spans.empty() || to > spans.back().end) spans.push_back({from, to, node});
        done = viewport.toPosition(to);
    }
}

}  // namespace heapprof::gui
