// The tree of all stacks of a capture, in little memory.
#pragma once

#include <cstdint>
#include <span>

#include "collector/memory/mapped_index.h"
#include "core/units.h"

namespace heapprof {

/// A node is a location in the code, known by a number, below the location that called it. A new trace adds a run of
/// nodes, each the child of the one before and numbered after it. So a node takes four bytes, and only the first node
/// of a run is found by hashing; a trace takes twelve more bytes, and its share of two hash tables.
///
/// The owner locks. It writes to the capture what it adds here, so that both have the same numbers.
class StackTree {
public:
    /// What identifies a trace beside its stack and its sampling rule: not 0, and below 2^28 but for the highest bit.
    using Owner = std::uint32_t;
    static constexpr std::uint32_t kMaxLocation = (1u << 31) - 1;

    /// From here on trace() and add() are about traces of the rule with this number, below kMaxRules; 0 at first.
    void useRule(std::uint32_t number) { m_rule = number << kRuleShift; }
    static constexpr std::uint32_t kMaxRules = 8;

    /// The child of `parent` that is at `location`; 0: none.
    NodeIndex child(NodeIndex parent, std::uint32_t location) const;
    /// The trace whose stack is the path to `leaf`; 0: none.
    TraceIndex trace(NodeIndex leaf, Owner owner) const;

    /// Makes room for one trace with `newNodes` new nodes; false when there is no memory.
    bool reserve(std::size_t newNodes) noexcept;
    /// Adds a trace: the path to `parent` and then new nodes at `locations`. Requires reserve(), and that `parent` has
    /// no child at the first of these.
    TraceIndex add(NodeIndex parent, std::span<const std::uint32_t> locations, Owner owner) noexcept;

    std::uint32_t traceCount() const { return m_traces; }
    std::uint32_t nodeCount() const { return m_nodes; }

private:
    struct Row {
        NodeIndex parent;
        std::uint32_t first;  // of its nodes; equal to the next row's when it has none
        Owner owner;          // with the rule
    };
    static constexpr unsigned kRuleShift = 28;
    static_assert(kMaxRules << kRuleShift == 1u << 31);
    /// Flag in m_locations: the first node of a run.
    static constexpr std::uint32_t kFirst = 1u << 31;

    std::uint32_t endOf(std::uint32_t trace) const { return trace == m_traces ? m_nodes + 1 : m_rows[trace + 1].first; }
    bool hasNodes(std::uint32_t trace) const { return endOf(trace) > m_rows[trace].first; }
    NodeIndex leafOf(std::uint32_t trace) const {
        return hasNodes(trace) ? NodeIndex(endOf(trace) - 1) : m_rows[trace].parent;
    }
    static std::uint64_t hashOfChild(NodeIndex parent, std::uint32_t location);
    static std::uint64_t hashOfTrace(NodeIndex leaf, Owner owner);

    MappedArray<std::uint32_t> m_locations;  // by node
    MappedArray<Row> m_rows;                 // by trace
    MappedIndex m_children;                  // rows by their first node
    MappedIndex m_leaves;                    // rows by their last node
    Owner m_rule = 0;                        // bits of an owner
    std::uint32_t m_nodes = 0;
    std::uint32_t m_traces = 0;
};

}  // namespace heapprof
