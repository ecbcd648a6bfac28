#include "core/traces/trace_set.h"

#include <algorithm>
#include <functional>
#include <string>

#include "core/traces/shown_frames.h"

namespace heapprof {
namespace {

/// `holds(trace)` for the unknown trace and all known ones.
template <typename Holds>
TraceSet tracesWhere(const TraceTable& traces, const Holds& holds) {
    std::vector<bool> contained(traces.traceCount() + 1);
    for (std::uint32_t i = 0; i < contained.size(); ++i) contained[i] = holds(TraceIndex(i));
    return TraceSet(std::move(contained));
}

template <typename IsMeant>
TraceSet tracesThrough(const TraceTable& traces, const IsMeant& isMeant, bool cumulative) {
    const ShownFrames shown(traces);
    std::vector<bool> isMeantFrame(traces.frameCount());
    for (std::uint32_t i = 0; i < isMeantFrame.size(); ++i) isMeantFrame[i] = isMeant(FrameIndex(i));
    std::vector<bool> isThrough(traces.nodeCount());  // parents come before their children
    for (std::uint32_t i = 1; i < isThrough.size(); ++i) {
        const TraceNode& node = traces.node(NodeIndex(i));
        const bool isPassedOn = cumulative || !shown.isShown(node.frame);
        isThrough[i] = isMeantFrame[node.frame.value] || (isPassedOn && isThrough[node.parent.value]);
    }
    return tracesWhere(traces,
                       [&](TraceIndex trace) { return trace.value != 0 && isThrough[traces.trace(trace).leaf.value]; });
}

template <typename Combine>
TraceSet combined(const TraceSet& a, std::size_t sizeOfA, const TraceSet& b, std::size_t sizeOfB, Combine combine) {
    std::vector<bool> contained(std::max(sizeOfA, sizeOfB));
    for (std::uint32_t i = 0; i < contained.size(); ++i)
        contained[i] = combine(a.contains(TraceIndex(i)), b.contains(TraceIndex(i)));
    return TraceSet(std::move(contained));
}

/// `module` as the middle of a path: "a.b" is "/a/b".
std::string pathOf(std::string_view module) {
    std::string path = "/" + std::string(module);
    std::ranges::replace(path, '.', '/');
    return path;
}

}  // namespace

TraceSet TraceSet::ofDomains(const TraceTable& traces, DomainSet domains) {
    return tracesWhere(traces, [&](TraceIndex trace) { return domains.has(traces.trace(trace).domain); });
}

TraceSet TraceSet::ofThread(const TraceTable& traces, std::string_view name) {
    return tracesWhere(traces, [&](TraceIndex trace) {
        return trace.value != 0 && traces.thread(traces.trace(trace).thread).name == name;
    });
}

TraceSet TraceSet::ofLabel(const TraceTable& traces, std::string_view name, std::optional<std::string_view> value) {
    std::vector<bool> isMeant(traces.labelSetCount());
    for (std::uint32_t i = 0; i < isMeant.size(); ++i)
        isMeant[i] = std::ranges::any_of(traces.labelSet(LabelSetIndex(i)), [&](const Label& label) {
            return traces.string(label.name) == name && (!value || traces.string(label.value) == *value);
        });
    return tracesWhere(traces, [&](TraceIndex trace) { return isMeant[traces.labelsOf(trace).value]; });
}

TraceSet TraceSet::through(const TraceTable& traces, const FramePredicate& isMeant, bool cumulative) {
    return tracesThrough(traces, isMeant, cumulative);
}

TraceSet TraceSet::throughLine(const TraceTable& traces, LineIndex line, bool cumulative) {
    return tracesThrough(traces, [&](FrameIndex frame) { return traces.lineOf(frame) == line; }, cumulative);
}

TraceSet TraceSet::throughFunction(const TraceTable& traces, std::string_view name, bool cumulative) {
    const auto isMeant = [&](FrameIndex frame) {
        const std::string_view qualified = traces.functionName(frame);
        return qualified == name || qualified.substr(qualified.rfind('.') + 1) == name;
    };
    return tracesThrough(traces, isMeant, cumulative);
}

TraceSet TraceSet::throughFile(const TraceTable& traces, std::string_view path, bool cumulative) {
    return tracesThrough(traces, [&](FrameIndex frame) { return traces.file(frame) == path; }, cumulative);
}

TraceSet TraceSet::throughModule(const TraceTable& traces, std::string_view module, bool cumulative) {
    const std::string source = pathOf(module) + ".py", package = pathOf(module) + "/";
    const auto isMeant = [&](FrameIndex frame) {
        const std::string file = "/" + std::string(traces.file(frame));
        return !module.empty() && (file.ends_with(source) || file.find(package) != std::string::npos);
    };
    return tracesThrough(traces, isMeant, cumulative);
}

bool TraceSet::isAll() const { return std::ranges::find(m_contained, false) == m_contained.end(); }

bool TraceSet::isEmpty() const { return std::ranges::find(m_contained, true) == m_contained.end(); }

TraceSet TraceSet::operator&(const TraceSet& other) const {
    return combined(*this, m_contained.size(), other, other.m_contained.size(), std::logical_and<>());
}

TraceSet TraceSet::operator|(const TraceSet& other) const {
    return combined(*this, m_contained.size(), other, other.m_contained.size(), std::logical_or<>());
}

TraceSet TraceSet::operator~() const {
    std::vector<bool> contained = m_contained;
    contained.flip();
    return TraceSet(std::move(contained));
}

bool TraceSet::operator==(const TraceSet& other) const {
    for (std::uint32_t i = 0; i < std::max(m_contained.size(), other.m_contained.size()); ++i)
        if (contains(TraceIndex(i)) != other.contains(TraceIndex(i))) return false;
    return true;
}

}  // namespace heapprof
