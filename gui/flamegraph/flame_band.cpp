#include "gui/flamegraph/flame_band.h"

#include <algorithm>
#include <ranges>

namespace heapprof::gui {

std::optional<FlameBand> bandOf(const FlameScene& scene, std::uint32_t node, const FlameViewport& viewport) {
    const auto& nodes = scene.tree().nodes;
    const double pixel = viewport.width / viewport.pixels;
    const auto isNarrow = [&](std::uint32_t each) {
        return static_cast<double>(scene.layout.end(each) - scene.layout.start(each)) < pixel;
    };
    if (node == 0 || !isNarrow(node)) return std::nullopt;
    std::uint32_t outermost = node;
    while (nodes[outermost].parent != 0 && isNarrow(nodes[outermost].parent)) outermost = nodes[outermost].parent;
    const CallTree::Node& caller = nodes[nodes[outermost].parent];
    const auto callees = std::views::iota(caller.firstChild, caller.firstChild + caller.childCount);
    const auto isEmpty = [&](std::uint32_t each) { return scene.layout.end(each) == scene.layout.start(each); };
    const FlameBand band{
        *std::ranges::partition_point(callees, std::not_fn(isNarrow)),
        caller.firstChild + static_cast<std::uint32_t>(std::ranges::distance(
                                callees.begin(), std::ranges::partition_point(callees, std::not_fn(isEmpty))))};
    return band.count() > 1 ? std::optional(band) : std::nullopt;
}

Estimate usageOf(const FlameBand& band, const CallTree& tree) {
    Estimate sum;
    for (std::uint32_t node = band.first; node < band.end; ++node) sum += tree.cumulative[node];
    return sum;
}

}  // namespace heapprof::gui
