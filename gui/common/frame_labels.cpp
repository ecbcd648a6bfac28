#include "gui/common/frame_labels.h"

#include <QCoreApplication>

#include "core/text/text.h"

namespace heapprof::gui {
namespace {

QString textWithoutFrame(std::uint32_t node) {
    return node == 0 ? QCoreApplication::translate("FrameLabels", "total")
                     : QCoreApplication::translate("FrameLabels", "(no Python stack)");
}

std::string_view moduleName(const TraceTable& traces, FrameIndex frame) { return moduleOf(traces.file(frame)).name; }

}  // namespace

std::string functionText(const TraceTable& traces, FrameIndex frame) { return printable(traces.functionName(frame)); }

std::string placeText(const TraceTable& traces, LineIndex line) {
    std::string text = baseName(traces.file(line));
    if (const std::uint32_t number = traces.line(line).line) text += ":" + std::to_string(number);
    return text;
}

std::string placeText(const TraceTable& traces, FrameIndex frame) { return placeText(traces, traces.lineOf(frame)); }

std::string groupText(const TraceTable& traces, FrameIndex frame, Grouping grouping) {
    switch (grouping) {
        case Grouping::Line:
            return frameText(traces, frame);
        case Grouping::Function: {
            const std::string name = functionText(traces, frame);
            const std::string file = printable(traces.file(frame));
            return name.empty() ? file : file + " (" + name + ")";
        }
        case Grouping::File:
            return printable(traces.file(frame));
        case Grouping::Module:
            return printable(moduleName(traces, frame));
    }
    return {};
}

std::string groupLabel(const TraceTable& traces, FrameIndex frame, Grouping grouping) {
    switch (grouping) {
        case Grouping::Line: {
            const std::string name = functionText(traces, frame);
            return name.empty() ? placeText(traces, frame) : name + " (" + placeText(traces, frame) + ")";
        }
        case Grouping::Function: {
            const std::string name = functionText(traces, frame);
            const std::string file = baseName(traces.file(frame));
            return name.empty() ? file : name + " (" + file + ")";
        }
        case Grouping::File:
            return baseName(traces.file(frame));
        case Grouping::Module:
            return printable(moduleName(traces, frame));
    }
    return {};
}

QString nodeText(const CallTree& tree, std::uint32_t node, const TraceTable& traces) {
    if (!tree.nodes[node].hasFrame) return textWithoutFrame(node);
    return QString::fromStdString(groupText(traces, tree.nodes[node].frame, tree.grouping.by()));
}

QString nodeLabel(const CallTree& tree, std::uint32_t node, const TraceTable& traces) {
    if (!tree.nodes[node].hasFrame) return textWithoutFrame(node);
    return QString::fromStdString(groupLabel(traces, tree.nodes[node].frame, tree.grouping.by()));
}

}  // namespace heapprof::gui
