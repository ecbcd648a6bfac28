#include "gui/traces/tree_rows.h"

#include <algorithm>
#include <cstdlib>

#include "gui/common/frame_labels.h"

namespace heapprof::gui {
namespace {

/// One flag per node: whether it matches, leads to a match or lies below one.
std::vector<char> keptNodes(const CallTree& tree, const std::vector<bool>& isMatch, std::stop_token stop) {
    const auto count = static_cast<std::uint32_t>(tree.nodes.size());
    if (isMatch.empty()) return std::vector<char>(count, 1);
    std::vector<char> below(count, 0);  // itself or something above it matches
    for (std::uint32_t i = 1; i < count && !stop.stop_requested(); ++i) {
        const CallTree::Node& node = tree.nodes[i];
        below[i] = below[node.parent];
        if (node.hasFrame && isMatch[node.frame.value]) below[i] = 1;
    }
    std::vector<char> keep = below;
    for (std::uint32_t i = count; i-- > 1;) {
        if (keep[i]) keep[tree.nodes[i].parent] = 1;
    }
    return keep;
}

}  // namespace

TreeRows::TreeRows(std::shared_ptr<const CallTree> tree, const TraceTable& traces, const TreeOrder& order,
                   std::stop_token stop)
    : m_tree(std::move(tree)) {
    if (m_tree->nodes.empty()) return;
    if (order.matches) m_isMatch = m_tree->grouping.framesWith(order.matches->frames);
    const std::vector<char> keep = keptNodes(*m_tree, m_isMatch, stop);
    if (stop.stop_requested()) return;
    collectChildren(keep, traces, order);
    if (stop.stop_requested()) {
        m_rowCount.clear();
        return;
    }
    flattenChains();
}

void TreeRows::collectChildren(const std::vector<char>& keep, const TraceTable& traces, const TreeOrder& order) {
    const CallTree& tree = *m_tree;
    const auto key = [&](std::uint32_t node) -> double {
        switch (order.sort) {
            case TreeSort::Self:
                return std::abs(static_cast<double>(tree.self[node].of(order.measure)));
            case TreeSort::Interval:
                return tree.cumulative[node].varianceOf(order.measure);
            case TreeSort::Other:
                return std::abs(static_cast<double>(tree.cumulative[node].of(otherThan(order.measure))));
            default:
                return std::abs(static_cast<double>(tree.cumulative[node].of(order.measure)));
        }
    };
    const auto text = [&](std::uint32_t node) {
        return tree.nodes[node].hasFrame ? groupLabel(traces, tree.nodes[node].frame, tree.grouping.by())
                                         : std::string();
    };
    m_first.reserve(tree.nodes.size() + 1);
    m_children.reserve(tree.nodes.size());
    for (std::uint32_t i = 0; i < tree.nodes.size(); ++i) {
        m_first.push_back(static_cast<std::uint32_t>(m_children.size()));
        const CallTree::Node& node = tree.nodes[i];
        for (std::uint32_t child = node.firstChild; child < node.firstChild + node.childCount; ++child) {
            if (keep[child]) m_children.push_back(child);
        }
        const auto begin = m_children.begin() + m_first.back();
        if (m_children.end() - begin < 2) continue;
        if (order.sort == TreeSort::Text) {
            std::vector<std::pair<std::string, std::uint32_t>> named;
            for (auto child = begin; child != m_children.end(); ++child) named.emplace_back(text(*child), *child);
            std::stable_sort(named.begin(), named.end(), [&](const auto& a, const auto& b) {
                return order.descending ? b.first < a.first : a.first < b.first;
            });
            std::transform(named.begin(), named.end(), begin, [](const auto& each) { return each.second; });
        } else {
            std::stable_sort(begin, m_children.end(), [&](std::uint32_t a, std::uint32_t b) {
                return order.descending ? key(b) < key(a) : key(a) < key(b);
            });
        }
    }
    m_first.push_back(static_cast<std::uint32_t>(m_children.size()));
}

void TreeRows::flattenChains() {
    const auto total = static_cast<std::uint32_t>(m_tree->nodes.size());
    const auto parentOf = [this](std::uint32_t node) { return m_tree->nodes[node].parent; };
    m_holder.assign(total, 0);
    m_row.assign(total, kHidden);
    m_rowCount.assign(total, 0);
    for (std::uint32_t i = 0; i < total; ++i) {
        for (std::uint32_t place = 0; place < count(i); ++place) {
            const std::uint32_t child = m_children[m_first[i] + place];
            // An only child of an only child stands beside its parent.
            const bool joins = count(i) == 1 && i != 0 && count(parentOf(i)) == 1;
            m_holder[child] = joins ? m_holder[i] : i;
            m_row[child] = joins ? m_row[i] + 1 : place;
            ++m_rowCount[m_holder[child]];
        }
    }
}

std::uint32_t TreeRows::child(std::uint32_t parent, std::uint32_t row) const {
    if (count(parent) != 1) return m_children[m_first[parent] + row];
    std::uint32_t node = onlyChild(parent);
    for (; row > 0; --row) node = onlyChild(node);
    return node;
}

}  // namespace heapprof::gui
