#include "gui/common/frame_labels.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/text/text.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(FrameLabels)
};

/// With what tells threads of one name apart, where that is wanted.
QString textWithoutFrame(const CallTree& tree, std::uint32_t node, const TraceTable& traces, bool isFull) {
    if (node == 0) return Words::tr("total");
    const auto thread = tree.threadAt(node);
    if (!thread) return Words::tr("(no Python stack)");
    const std::string name = threadText(traces, *thread);
    if (name.empty()) return Words::tr("(thread not known)");
    const QString text = Words::tr("thread %1").arg(QString::fromStdString(name));
    return isFull ? Words::tr("%1, number %2").arg(text).arg(traces.thread(*thread).nativeId) : text;
}

/// A name that is written from right to left shall not turn what stands beside it round.
std::string isolated(std::string name) {
    const auto isFromRight = [](QChar letter) {
        return letter.direction() == QChar::DirR || letter.direction() == QChar::DirAL;
    };
    const QString text = QString::fromStdString(name);
    if (std::ranges::none_of(text, isFromRight)) return name;
    return (QChar(0x2068) + text + QChar(0x2069)).toStdString();
}

std::string_view moduleName(const TraceTable& traces, FrameIndex frame) { return moduleOf(traces.file(frame)).name; }

}  // namespace

std::string fileLabel(std::string_view file) {
    std::string name = baseName(file);
    if (name != "__init__.py" && name != "__main__.py") return name;
    const std::string_view folder = file.substr(0, file.size() - name.size());
    return folder.size() < 2 ? name : baseName(folder.substr(0, folder.size() - 1)) + "/" + name;
}

std::string functionText(const TraceTable& traces, FrameIndex frame) { return printable(traces.functionName(frame)); }

std::string placeText(const TraceTable& traces, LineIndex line) {
    std::string text = fileLabel(traces.file(line));
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

std::string groupName(const TraceTable& traces, FrameIndex frame, Grouping grouping) {
    if (grouping == Grouping::Module) return printable(moduleName(traces, frame));
    const std::string function = grouping == Grouping::File ? std::string() : isolated(functionText(traces, frame));
    if (!function.empty()) return function;
    return grouping == Grouping::Line ? placeText(traces, frame) : fileLabel(traces.file(frame));
}

std::string groupPlace(const TraceTable& traces, FrameIndex frame, Grouping grouping) {
    if (grouping == Grouping::Module || grouping == Grouping::File || traces.functionName(frame).empty()) return {};
    return grouping == Grouping::Line ? placeText(traces, frame) : fileLabel(traces.file(frame));
}

std::string groupLabel(const TraceTable& traces, FrameIndex frame, Grouping grouping) {
    const std::string name = groupName(traces, frame, grouping), place = groupPlace(traces, frame, grouping);
    return place.empty() ? name : name + " (" + place + ")";
}

std::string threadText(const TraceTable& traces, ThreadIndex thread) {
    if (thread.value == 0) return {};
    const ThreadInfo& known = traces.thread(thread);
    return known.name.empty() ? std::to_string(known.nativeId) : printable(known.name);
}

std::string labelsText(const TraceTable& traces, TraceIndex trace) {
    std::string text;
    for (const Label& label : traces.labelSet(traces.labelsOf(trace)))
        text += (text.empty() ? "" : ", ") + printable(traces.string(label.name)) + "=" +
                printable(traces.string(label.value));
    return text;
}

QString nodeText(const CallTree& tree, std::uint32_t node, const TraceTable& traces) {
    if (!tree.nodes[node].hasFrame) return textWithoutFrame(tree, node, traces, true);
    return QString::fromStdString(groupText(traces, tree.nodes[node].frame, tree.grouping.by()));
}

QString nodeName(const CallTree& tree, std::uint32_t node, const TraceTable& traces) {
    if (!tree.nodes[node].hasFrame) return textWithoutFrame(tree, node, traces, false);
    return QString::fromStdString(groupName(traces, tree.nodes[node].frame, tree.grouping.by()));
}

QString nodePlace(const CallTree& tree, std::uint32_t node, const TraceTable& traces) {
    if (!tree.nodes[node].hasFrame) return {};
    return QString::fromStdString(groupPlace(traces, tree.nodes[node].frame, tree.grouping.by()));
}

QString nodeLabel(const CallTree& tree, std::uint32_t node, const TraceTable& traces) {
    if (!tree.nodes[node].hasFrame) return textWithoutFrame(tree, node, traces, false);
    return QString::fromStdString(groupLabel(traces, tree.nodes[node].frame, tree.grouping.by()));
}

}  // namespace heapprof::gui
