// Which lines or functions the memory of each trace counts for.
#pragma once

#include <span>
#include <vector>

#include "core/capture/trace_table.h"
#include "core/traces/trace_set.h"

namespace heapprof {

/// By what traces are grouped. Traces without a stack belong to no line and no function. OwnLine: by the innermost line
/// of the program's own code, whatever it called; where there is none by the innermost line.
enum class TraceGrouping { Trace, Line, Function, OwnLine };

class TraceGroups {
public:
    /// Traces outside of `grouped` belong to no group.
    TraceGroups(const TraceTable& traces, TraceGrouping by, bool cumulative, const TraceSet& grouped = {});

    /// Groups are 0 to count() - 1: indices of traces, lines or functions.
    std::size_t count() const { return m_count; }
    /// Each group once. A trace the table does not hold is the unknown one, 0.
    std::span<const std::uint32_t> of(TraceIndex trace) const {
        const std::size_t i = trace.value + std::size_t{1} < m_first.size() ? trace.value : 0;
        return std::span(m_groups).subspan(m_first[i], m_first[i + 1] - m_first[i]);
    }

private:
    std::size_t m_count;
    std::vector<std::size_t> m_first;  // by trace: where its groups begin in m_groups
    std::vector<std::uint32_t> m_groups;
};

}  // namespace heapprof
