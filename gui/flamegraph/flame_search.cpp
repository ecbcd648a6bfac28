#include "gui/flamegraph/flame_search.h"

#include <algorithm>
#include <utility>

namespace heapprof::gui {

FlameMatches matchesIn(const FlameScene& scene, const Search& search, std::uint32_t focus) {
    FlameMatches matches;
    const CallTree& tree = scene.tree();
    const FlameLayout& layout = scene.layout;
    const std::vector<bool> isMatch = tree.grouping.framesWith(scene.result->search(search.text)->frames);
    for (std::uint32_t node = 0; node < tree.nodes.size(); ++node)
        if (tree.nodes[node].hasFrame && isMatch[tree.nodes[node].frame.value]) matches.nodes.push_back(node);
    if (!search.at || search.at->value >= scene.traces().lineCount()) return matches;
    const std::vector<std::uint32_t> onLine = nodesOnLine(tree, scene.traces(), *search.at);
    if (onLine.empty()) return matches;
    matches.at = *std::ranges::max_element(onLine, {}, [&](std::uint32_t node) {
        const bool isInFocus = layout.start(node) < layout.end(focus) && layout.end(node) > layout.start(focus);
        return std::pair(isInFocus, layout.end(node) - layout.start(node));
    });
    return matches;
}

}  // namespace heapprof::gui
