#include "gui/flamegraph/flame_search.h"

#include <algorithm>

#include "gui/common/group_text_matcher.h"

namespace heapprof::gui {

FlameMatches findMatches(const CallTree& tree, const TraceTable& traces, const FlameLayout& layout,
                         const std::string& text, std::int64_t from, std::int64_t to, std::stop_token stop) {
    FlameMatches result;
    if (text.empty()) return result;
    GroupTextMatcher matcher(traces, tree.grouping.by(), text);
    std::vector<char> covered(tree.nodes.size(), 0);  // the node or one above it matches
    for (std::uint32_t i = 0; i < tree.nodes.size(); ++i) {
        if (i % 4096 == 0 && stop.stop_requested()) break;
        const CallTree::Node& node = tree.nodes[i];
        covered[i] = i != 0 && covered[node.parent];
        if (!node.hasFrame || layout.start(i) >= to || layout.end(i) <= from) continue;
        if (!matcher.matches(node.frame)) continue;
        result.nodes.push_back(i);
        if (!covered[i]) result.matched += std::min(to, layout.end(i)) - std::max(from, layout.start(i));
        covered[i] = 1;
    }
    return result;
}

}  // namespace heapprof::gui
