#include "gui/common/frame_labels.h"

#include <QCoreApplication>
#include <algorithm>
#include <optional>

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

std::string placeText(const TraceTable& traces, FrameIndex frame) {
    std::string text = baseName(traces.file(frame));
    if (const std::uint32_t line = traces.frame(frame).line) text += ":" + std::to_string(line);
    return text;
}

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

QString nodeText(const CallTree& tree, std::uint32_t node, const TraceTable& traces, Grouping grouping) {
    if (!tree.nodes[node].hasFrame) return textWithoutFrame(node);
    return QString::fromStdString(groupText(traces, tree.nodes[node].frame, grouping));
}

QString nodeLabel(const CallTree& tree, std::uint32_t node, const TraceTable& traces, Grouping grouping) {
    if (!tree.nodes[node].hasFrame) return textWithoutFrame(node);
    return QString::fromStdString(groupLabel(traces, tree.nodes[node].frame, grouping));
}

bool sameGroup(const TraceTable& traces, FrameIndex a, FrameIndex b, Grouping grouping) {
    if (a == b) return true;
    switch (grouping) {
        case Grouping::Line:
            return false;
        case Grouping::Function:
            return traces.frame(a).function == traces.frame(b).function;
        case Grouping::File:
            return traces.file(a) == traces.file(b);
        case Grouping::Module:
            return moduleName(traces, a) == moduleName(traces, b);
    }
    return false;
}

std::vector<char> framesOfLine(const TraceTable& traces, LineIndex line, Grouping grouping) {
    std::vector<char> result(traces.frameCount(), 0);
    if (line.value >= traces.lineCount()) return result;
    std::vector<char> functions(traces.functionCount(), 0);  // those with code on the line
    std::optional<FrameIndex> first;
    for (std::uint32_t i = 0; i < result.size(); ++i) {
        if (traces.lineOf(FrameIndex(i)) != line) continue;
        result[i] = 1;
        functions[traces.frame(FrameIndex(i)).function.value] = 1;
        if (!first) first = FrameIndex(i);
    }
    if (!first || grouping == Grouping::Line) return result;
    for (std::uint32_t i = 0; i < result.size(); ++i) {
        result[i] = grouping == Grouping::Function ? functions[traces.frame(FrameIndex(i)).function.value]
                                                   : sameGroup(traces, *first, FrameIndex(i), grouping);
    }
    return result;
}

std::vector<std::uint32_t> nodesOfLine(const CallTree& tree, const TraceTable& traces, LineIndex line,
                                       Grouping grouping) {
    const std::vector<char> isOn = framesOfLine(traces, line, grouping);
    std::vector<std::uint32_t> result;
    for (std::uint32_t node = 0; node < tree.nodes.size(); ++node) {
        if (tree.nodes[node].hasFrame && isOn[tree.nodes[node].frame.value]) result.push_back(node);
    }
    return result;
}

std::vector<FrameIndex> pathTo(const CallTree& tree, std::uint32_t node) {
    std::vector<FrameIndex> path;
    for (; node != 0 && tree.nodes[node].hasFrame; node = tree.nodes[node].parent) {
        path.push_back(tree.nodes[node].frame);
    }
    std::reverse(path.begin(), path.end());
    return path;
}

std::uint32_t findPath(const CallTree& tree, const TraceTable& traces, const std::vector<FrameIndex>& path,
                       Grouping grouping) {
    if (tree.nodes.empty()) return 0;
    std::uint32_t node = 0;
    for (const FrameIndex frame : path) {
        if (frame.value >= traces.frameCount()) break;
        const auto children = tree.children(node);
        const auto found = std::find_if(children.begin(), children.end(), [&](const CallTree::Node& child) {
            return child.hasFrame && sameGroup(traces, child.frame, frame, grouping);
        });
        if (found != children.end()) {
            node = tree.nodes[node].firstChild + static_cast<std::uint32_t>(found - children.begin());
        }
    }
    return node;
}

}  // namespace heapprof::gui
