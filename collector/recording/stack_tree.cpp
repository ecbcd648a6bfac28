#include "collector/recording/stack_tree.h"

#include "collector/memory/mapped_map.h"

namespace heapprof {

std::uint64_t StackTree::hashOfChild(NodeIndex parent, std::uint32_t location) {
    return mix(std::uint64_t{parent.value} << 32 | location);
}

std::uint64_t StackTree::hashOfTrace(NodeIndex leaf, Owner owner) {
    return mix(std::uint64_t{leaf.value} << 32 | owner);
}

NodeIndex StackTree::child(NodeIndex parent, std::uint32_t location) const {
    const std::uint32_t next = parent.value + 1;
    if (parent.value != 0 && next <= m_nodes && m_locations[next] == location) return NodeIndex(next);
    const std::uint32_t found = m_children.find(hashOfChild(parent, location), [&](std::uint32_t trace) {
        return m_rows[trace].parent == parent && m_locations[m_rows[trace].first] == (location | kFirst);
    });
    return found != 0 ? NodeIndex(m_rows[found].first) : NodeIndex();
}

TraceIndex StackTree::trace(NodeIndex leaf, Owner owner) const {
    owner |= m_rule;
    return TraceIndex(m_leaves.find(hashOfTrace(leaf, owner), [&](std::uint32_t trace) {
        return m_rows[trace].owner == owner && leafOf(trace) == leaf;
    }));
}

bool StackTree::reserve(std::size_t newNodes) noexcept {
    const auto children = [this](auto put) {
        for (std::uint32_t trace = 1; trace <= m_traces; ++trace)
            if (hasNodes(trace))
                put(hashOfChild(m_rows[trace].parent, m_locations[m_rows[trace].first] & ~kFirst), trace);
    };
    const auto leaves = [this](auto put) {
        for (std::uint32_t trace = 1; trace <= m_traces; ++trace)
            put(hashOfTrace(leafOf(trace), m_rows[trace].owner), trace);
    };
    return m_traces < MappedIndex::kMax && m_nodes + newNodes <= kMaxLocation &&
           m_locations.reserve(m_nodes + newNodes + 1) && m_rows.reserve(m_traces + std::size_t{2}) &&
           m_children.reserve(children) && m_leaves.reserve(leaves);
}

TraceIndex StackTree::add(NodeIndex parent, std::span<const std::uint32_t> locations, Owner owner) noexcept {
    owner |= m_rule;
    const std::uint32_t first = m_nodes + 1;
    for (const std::uint32_t location : locations) m_locations[++m_nodes] = location;
    m_rows[++m_traces] = {parent, first, owner};
    if (!locations.empty()) {
        m_locations[first] |= kFirst;
        m_children.insert(hashOfChild(parent, locations.front()), m_traces);
    }
    m_leaves.insert(hashOfTrace(leafOf(m_traces), owner), m_traces);
    return TraceIndex(m_traces);
}

}  // namespace heapprof
