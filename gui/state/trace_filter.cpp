#include "gui/state/trace_filter.h"

#include "core/traces/frame_grouping.h"

namespace heapprof::gui {
namespace {

TraceSet tracesOf(const TraceTable& traces, const TraceFilter& filter) {
    switch (filter.by) {
        case TraceFilter::By::Line:
            return TraceSet::throughLine(traces, filter.line);
        case TraceFilter::By::Function:
            return TraceSet::through(traces,
                                     [&](FrameIndex frame) { return traces.frame(frame).function == filter.function; });
        case TraceFilter::By::File:
            return TraceSet::throughFile(traces, filter.name);
        case TraceFilter::By::Module:
            return TraceSet::through(
                traces, [&](FrameIndex frame) { return moduleOf(traces.file(frame)).name == filter.name; });
        case TraceFilter::By::Thread:
            break;
    }
    return TraceSet::ofThread(traces, filter.name);
}

}  // namespace

TraceSet tracesOf(const TraceTable& traces, const std::vector<TraceFilter>& filters) {
    TraceSet result;
    for (const TraceFilter& filter : filters) {
        const TraceSet named = tracesOf(traces, filter);
        result = result & (filter.isExcluded ? ~named : named);
    }
    return result;
}

}  // namespace heapprof::gui
