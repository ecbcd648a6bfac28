// A call tree as the browser shows it: searched, sorted, and with chains of single children flat. No Qt.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

#include "core/capture/trace_table.h"
#include "core/stacks/call_tree.h"
#include "gui/document/search_matches.h"

namespace heapprof::gui {

enum class TreeSort { Cumulative, Self, Interval, Other, Text };

struct TreeOrder {
    /// Keeps what matches, what leads to it and what lies below it; null: everything.
    std::shared_ptr<const SearchMatches> matches;
    TreeSort sort = TreeSort::Cumulative;
    bool descending = true;
    Measure measure = Measure::ByteCount;  ///< of the amounts; Other is by the other one
};

/// Rows are named by the nodes of the tree. When a node has one child, which has one child, and so on, these all stand
/// flat below the node, and the last of them opens to what comes next. Immutable; any thread.
class TreeRows {
public:
    TreeRows(std::shared_ptr<const CallTree> tree, const TraceTable& traces, const TreeOrder& order,
             std::stop_token stop = {});

    const CallTree& tree() const { return *m_tree; }
    std::uint32_t rowCount(std::uint32_t parent) const { return m_rowCount.empty() ? 0 : m_rowCount[parent]; }
    std::uint32_t child(std::uint32_t parent, std::uint32_t row) const;
    /// What the row stands below; 0, the root, for top rows. Not for the root itself.
    std::uint32_t parent(std::uint32_t node) const { return m_holder[node]; }
    std::uint32_t row(std::uint32_t node) const { return m_row[node]; }
    /// Whether the search has found the node itself.
    bool isMatch(std::uint32_t node) const {
        return m_tree->nodes[node].hasFrame && m_tree->nodes[node].frame.value < m_isMatch.size() &&
               m_isMatch[m_tree->nodes[node].frame.value];
    }
    /// Whether the search leaves the node in.
    bool has(std::uint32_t node) const { return !m_row.empty() && (node == 0 || m_row[node] != kHidden); }

private:
    static constexpr std::uint32_t kHidden = ~std::uint32_t{0};

    std::uint32_t count(std::uint32_t node) const { return m_first[node + 1] - m_first[node]; }
    std::uint32_t onlyChild(std::uint32_t node) const { return m_children[m_first[node]]; }
    void collectChildren(const std::vector<char>& keep, const TraceTable& traces, const TreeOrder& order);
    void flattenChains();

    std::shared_ptr<const CallTree> m_tree;
    std::vector<bool> m_isMatch;                     // by frame; empty without a search
    std::vector<std::uint32_t> m_first, m_children;  // children [m_first[n], m_first[n + 1]) of node n, in their order
    std::vector<std::uint32_t> m_holder, m_row, m_rowCount;
};

}  // namespace heapprof::gui
