#include "core/traces/trace_groups.h"

#include <utility>

#include "core/traces/frame_grouping.h"
#include "core/traces/shown_frames.h"

namespace heapprof {
namespace {

std::size_t countOf(const TraceTable& traces, TraceGrouping by) {
    switch (by) {
        case TraceGrouping::Trace:
            break;
        case TraceGrouping::Line:
        case TraceGrouping::OwnLine:
            return traces.lineCount();
        case TraceGrouping::Function:
            return traces.functionCount();
    }
    return traces.traceCount() + 1;
}

}  // namespace

TraceGroups::TraceGroups(const TraceTable& traces, TraceGrouping by, bool cumulative, const TraceSet& grouped)
    : m_count(countOf(traces, by)) {
    const ShownFrames shown(traces);
    const std::vector<bool> isOwn = by == TraceGrouping::OwnLine ? ownFrames(traces) : std::vector<bool>();
    const auto startOf = [&](NodeIndex innermost) {
        if (by != TraceGrouping::OwnLine) return innermost;
        NodeIndex node = innermost;
        while (node.value != 0 && !isOwn[traces.node(node).frame.value]) node = shown.callerOf(node);
        return node.value != 0 ? node : innermost;
    };
    const std::size_t traceCount = traces.traceCount() + 1;
    std::vector<std::size_t> seenBy(m_count, traceCount);  // the last trace that counts for the group
    m_first.reserve(traceCount + 1);
    for (std::uint32_t trace = 0; trace < traceCount; ++trace) {
        m_first.push_back(m_groups.size());
        if (!grouped.contains(TraceIndex(trace))) continue;
        if (by == TraceGrouping::Trace) {
            m_groups.push_back(trace);
            continue;
        }
        for (NodeIndex node = startOf(shown.innermost(traces.trace(TraceIndex(trace)).leaf)); node.value != 0;
             node = shown.callerOf(node)) {
            const FrameIndex frame = traces.node(node).frame;
            const std::uint32_t group =
                by == TraceGrouping::Function ? traces.frame(frame).function.value : traces.lineOf(frame).value;
            if (std::exchange(seenBy[group], trace) != trace) m_groups.push_back(group);
            if (!cumulative) break;
        }
    }
    m_first.push_back(m_groups.size());
}

}  // namespace heapprof
