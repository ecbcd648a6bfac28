#include "core/capture/trace_table.h"

#include <algorithm>
#include <utility>

#include "core/capture/unknown_frames.h"

namespace heapprof {

TraceTable::TraceTable() : m_strings(1), m_functions(1), m_nodes(1), m_traces(1), m_threads(1), m_labelSets(1) {}

const std::string* TraceTable::findLabel(TraceIndex index, std::string_view name) const {
    for (const Label& label : labelSet(labelsOf(index)))
        if (string(label.name) == name) return &string(label.value);
    return nullptr;
}

std::vector<std::string> TraceTable::labelNames() const {
    std::vector<bool> isKnown(m_strings.size());
    std::vector<std::string> names;
    for (const std::vector<Label>& set : m_labelSets)
        for (const Label& label : set) {
            if (!isKnown[label.name.value]) names.push_back(string(label.name));
            isKnown[label.name.value] = true;
        }
    return names;
}

std::vector<FrameIndex> TraceTable::frames(TraceIndex index) const {
    std::vector<FrameIndex> result;
    for (NodeIndex at = trace(index).leaf; at.value != 0; at = node(at).parent) result.push_back(node(at).frame);
    std::reverse(result.begin(), result.end());
    return result;
}

bool TraceTable::isCut(TraceIndex index) const {
    const NodeIndex leaf = trace(index).leaf;
    if (leaf.value == 0) return false;
    const Function& innermost = function(frame(node(leaf).frame).function);
    return innermost.file.value == 0 && string(innermost.name) == kDeeperFrames;
}

std::optional<LineIndex> TraceTable::findLine(std::string_view file, std::uint32_t line) const {
    const auto found =
        std::ranges::find_if(m_lines, [&](const Line& each) { return each.line == line && string(each.file) == file; });
    if (found == m_lines.end()) return std::nullopt;
    return LineIndex(static_cast<std::uint32_t>(found - m_lines.begin()));
}

TraceTableBuilder::TraceTableBuilder() {
    m_stringIndex.emplace(std::string(), 0);
    m_functionIndex.emplace(Function{}, 0);
}

StringIndex TraceTableBuilder::internString(std::string_view text) {
    const auto [entry, isNew] =
        m_stringIndex.try_emplace(std::string(text), static_cast<std::uint32_t>(m_strings.size()));
    if (isNew) m_strings.emplace_back(text);
    return StringIndex(entry->second);
}

FunctionIndex TraceTableBuilder::internFunction(const Function& function) {
    const auto [entry, isNew] = m_functionIndex.try_emplace(function, static_cast<std::uint32_t>(m_functions.size()));
    if (isNew) m_functions.push_back(function);
    return FunctionIndex(entry->second);
}

FrameIndex TraceTableBuilder::internFrame(const Frame& frame) {
    const auto [number, isNew] =
        m_frameIndex.tryAdd(frame.function.value, frame.line, static_cast<std::uint32_t>(m_frames.size()));
    if (isNew) {
        const StringIndex file = function(frame.function).file;
        const auto [line, isNewLine] =
            m_lineIndex.tryAdd(file.value, frame.line, static_cast<std::uint32_t>(m_lines.size()));
        if (isNewLine) m_lines.push_back({file, frame.line});
        m_frames.push_back(frame);
        m_lineOfFrame.emplace_back(line);
    }
    return FrameIndex(number);
}

NodeIndex TraceTableBuilder::addNode(NodeIndex parent, FrameIndex frame) {
    m_nodes.push_back({parent, frame});
    return NodeIndex(static_cast<std::uint32_t>(m_nodes.size() - 1));
}

NodeIndex TraceTableBuilder::internNode(NodeIndex parent, FrameIndex frame) {
    const auto [number, isNew] =
        m_nodeIndex.tryAdd(parent.value, frame.value, static_cast<std::uint32_t>(m_nodes.size()));
    if (isNew) m_nodes.push_back({parent, frame});
    return NodeIndex(number);
}

TraceIndex TraceTableBuilder::addTrace(const Trace& trace) {
    m_traces.push_back(trace);
    return TraceIndex(static_cast<std::uint32_t>(m_traces.size() - 1));
}

void TraceTableBuilder::padTraces(std::size_t count) {
    if (traceCount() < count) m_traces.resize(count + 1);
}

ThreadIndex TraceTableBuilder::addThread(ThreadInfo thread) {
    m_threads.push_back(std::move(thread));
    return ThreadIndex(static_cast<std::uint32_t>(m_threads.size() - 1));
}

LabelSetIndex TraceTableBuilder::addLabelSet(std::vector<Label> labels) {
    m_labelSets.push_back(std::move(labels));
    return LabelSetIndex(static_cast<std::uint32_t>(m_labelSets.size() - 1));
}

void TraceTableBuilder::setLabels(TraceIndex trace, LabelSetIndex labels) {
    if (m_labelsOfTrace.size() <= trace.value) m_labelsOfTrace.resize(trace.value + std::size_t{1});
    m_labelsOfTrace[trace.value] = labels;
}

}  // namespace heapprof
