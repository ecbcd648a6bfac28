#include "gui/state/trace_filter.h"

#include <QRegularExpression>

#include "core/text/text.h"

namespace heapprof::gui {
namespace {

QRegularExpression expressionOf(const std::string& pattern) {
    return QRegularExpression(QString::fromStdString(pattern), QRegularExpression::UseUnicodePropertiesOption);
}

TraceSet throughPattern(const TraceTable& traces, const std::string& pattern) {
    const QRegularExpression expression = expressionOf(pattern);
    return TraceSet::through(traces, [&](FrameIndex frame) {
        const std::string& function = traces.string(traces.function(traces.frame(frame).function).name);
        const std::string text = function + ' ' + lineText(traces, traces.lineOf(frame));
        return expression.match(QString::fromStdString(text)).hasMatch();
    });
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
            return throughPattern(traces, filter.name);
        case TraceFilter::By::Thread:
            break;
    }
    return TraceSet::ofThread(traces, filter.name);
}

}  // namespace

std::string problemOf(const std::string& pattern) {
    const QRegularExpression expression = expressionOf(pattern);
    return expression.isValid() ? std::string() : expression.errorString().toStdString();
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
