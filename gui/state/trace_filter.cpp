#include "gui/state/trace_filter.h"

#include "gui/state/search_text.h"

namespace heapprof::gui {
namespace {

TraceSet throughMatches(const TraceTable& traces, const SearchText& text) {
    const std::vector<bool> frames = matchingFrames(traces, text);
    return TraceSet::through(traces, [&](FrameIndex frame) { return frames[frame.value]; });
}

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
        case TraceFilter::By::Code:
            return TraceSet::through(
                traces, [&](FrameIndex frame) { return moduleOf(traces.file(frame)).kind == filter.code; }, false);
        case TraceFilter::By::Pattern:
            return throughMatches(traces, SearchText::expression(filter.name));
        case TraceFilter::By::Words:
            return throughMatches(traces, SearchText::words(filter.name));
        case TraceFilter::By::Label:
            return TraceSet::ofLabel(traces, filter.name, filter.value);
        case TraceFilter::By::Thread:
            break;
    }
    return TraceSet::ofThread(traces, filter.name);
}

}  // namespace

TraceFilter filterOf(const std::string& typed, bool isExcluded) {
    const SearchText text(typed);
    if (text.isExpression()) return {TraceFilter::By::Pattern, {}, {}, text.pattern(), isExcluded};
    return {TraceFilter::By::Words, {}, {}, typed, isExcluded};
}

TraceSet tracesOf(const TraceTable& traces, const std::vector<TraceFilter>& filters) {
    TraceSet result;
    for (const TraceFilter& filter : filters) {
        const TraceSet named = tracesOf(traces, filter);
        result = result & (filter.isExcluded ? ~named : named);
    }
    return result;
}

}  // namespace heapprof::gui
