// A recording's traces cut into parts that do not overlap: by the code that allocates itself, by thread, by domain.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/capture/trace_table.h"
#include "core/traces/trace_set.h"

namespace heapprof {

/// What a part has in common. By code: the line, function, file or module of the innermost shown frame (see
/// ShownFrames), so that parts have what the tables call self.
enum class PartsBy { Line, Function, File, Module, Thread, Domain, Label };

/// Every trace belongs to one part, so that parts add up to the whole. Of the traces that the table holds when it is
/// made; any other is of the unknown one's part.
class TraceParts {
public:
    /// `label`: by label, the name of the one whose values are the parts; those without one are a part, too.
    TraceParts(const TraceTable& traces, PartsBy by, std::string_view label = {});

    PartsBy by() const { return m_by; }
    /// Parts are 0 to count() - 1.
    std::size_t count() const { return m_members.size(); }
    std::uint32_t of(TraceIndex trace) const { return m_parts[trace.value < m_parts.size() ? trace.value : 0]; }
    /// One of the part's traces.
    TraceIndex member(std::uint32_t part) const { return m_members[part]; }
    /// All of them.
    TraceSet traces(std::uint32_t part) const;

private:
    PartsBy m_by;
    std::vector<std::uint32_t> m_parts;  // by trace
    std::vector<TraceIndex> m_members;   // by part
};

}  // namespace heapprof
