// The tree of all stacks, as it is in the capture, in little memory.
#pragma once

#include <cstdint>
#include <span>

#include "collector/memory/mapped_index.h"
#include "core/units.h"

namespace heapprof {

/// A node is a place in the code, known by a number, below the place that called it. What one new trace adds are nodes
/// in a row, each the child of the one before and numbered after it. So a node takes four bytes, and only the first of
/// a row has to be found by hashing; a trace takes twelve more, and its share of two hash tables.
///
/// The owner locks, and writes to the capture what it adds here, so that the numbers are the same.
class StackTree {
public:
    /// What a trace belongs to beside its stack: not 0.
    using Owner = std::uint32_t;
    static constexpr std::uint32_t kGreatestPlace = (1u << 31) - 1;

    /// The child of `parent` that is at `place`; 0: none.
    NodeIndex child(NodeIndex parent, std::uint32_t place) const;
    /// The trace whose stack is the path to `leaf`; 0: none.
    TraceIndex trace(NodeIndex leaf, Owner owner) const;

    /// Makes room for a trace with as many new nodes; false when there is no memory.
    bool reserve(std::size_t newNodes) noexcept;
    /// A new trace, for which there is room: the path to `parent` and then new nodes at `places`, of which the first is
    /// no child of `parent` yet.
    TraceIndex add(NodeIndex parent, std::span<const std::uint32_t> places, Owner owner) noexcept;

    std::uint32_t traceCount() const { return m_traces; }
    std::uint32_t nodeCount() const { return m_nodes; }

private:
    struct Row {
        NodeIndex parent;
        std::uint32_t first;  // of its nodes; as the next row's, when it has none
        Owner owner;
    };
    /// In m_places: the first of a row.
    static constexpr std::uint32_t kFirst = 1u << 31;

    std::uint32_t endOf(std::uint32_t trace) const { return trace == m_traces ? m_nodes + 1 : m_rows[trace + 1].first; }
    bool hasNodes(std::uint32_t trace) const { return endOf(trace) > m_rows[trace].first; }
    NodeIndex leafOf(std::uint32_t trace) const {
        return hasNodes(trace) ? NodeIndex(endOf(trace) - 1) : m_rows[trace].parent;
    }
    static std::uint64_t hashOfChild(NodeIndex parent, std::uint32_t place);
    static std::uint64_t hashOfTrace(NodeIndex leaf, Owner owner);

    MappedArray<std::uint32_t> m_places;  // by node
    MappedArray<Row> m_rows;              // by trace
    MappedIndex m_children;               // rows by where they begin
    MappedIndex m_leaves;                 // rows by where they end
    std::uint32_t m_nodes = 0;
    std::uint32_t m_traces = 0;
};

}  // namespace heapprof
