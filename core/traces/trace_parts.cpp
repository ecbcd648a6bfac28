#include "core/traces/trace_parts.h"

#include <string_view>
#include <unordered_map>

#include "core/traces/frame_grouping.h"
#include "core/traces/shown_frames.h"

namespace heapprof {
namespace {

/// What traces of one part share and others do not; 0: they have no frames that are shown.
class Keys {
public:
    Keys(const TraceTable& traces, PartsBy by, std::string_view label)
        : m_traces(traces), m_by(by), m_label(label), m_shown(traces) {}

    std::uint64_t of(TraceIndex trace) {
        const Trace& each = m_traces.trace(trace);
        if (m_by == PartsBy::Thread) return named(m_traces.thread(each.thread).name);
        if (m_by == PartsBy::Label) {
            const std::string* const value = m_traces.findLabel(trace, m_label);
            return value ? 1 + named(*value) : 0;
        }
        if (m_by == PartsBy::Domain) return static_cast<std::uint64_t>(each.domain);
        const NodeIndex innermost = m_shown.innermost(each.leaf);
        if (innermost.value == 0) return 0;
        const FrameIndex frame = m_traces.node(innermost).frame;
        const FunctionIndex function = m_traces.frame(frame).function;
        switch (m_by) {
            case PartsBy::Line:
                return 1 + m_traces.lineOf(frame).value;
            case PartsBy::Function:
                return 1 + function.value;
            case PartsBy::File:
                return 1 + m_traces.function(function).file.value;
            default:
                return 1 + named(moduleOf(m_traces.file(frame)).name);
        }
    }

private:
    std::uint64_t named(std::string_view name) { return m_names.try_emplace(name, m_names.size()).first->second; }

    const TraceTable& m_traces;
    PartsBy m_by;
    std::string_view m_label;
    ShownFrames m_shown;
    std::unordered_map<std::string_view, std::uint64_t> m_names;
};

}  // namespace

TraceParts::TraceParts(const TraceTable& traces, PartsBy by, std::string_view label)
    : m_by(by), m_parts(traces.traceCount() + 1) {
    Keys keys(traces, by, label);
    std::unordered_map<std::uint64_t, std::uint32_t> parts;
    for (std::uint32_t trace = 0; trace < m_parts.size(); ++trace) {
        const auto [found, isNew] =
            parts.try_emplace(keys.of(TraceIndex(trace)), static_cast<std::uint32_t>(m_members.size()));
        if (isNew) m_members.emplace_back(trace);
        m_parts[trace] = found->second;
    }
}

TraceSet TraceParts::traces(std::uint32_t part) const {
    std::vector<bool> contained(m_parts.size());
    for (std::size_t trace = 0; trace < m_parts.size(); ++trace) contained[trace] = m_parts[trace] == part;
    return TraceSet(std::move(contained));
}

}  // namespace heapprof
