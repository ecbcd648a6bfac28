#include "core/traces/trace_selection.h"

#include <algorithm>
#include <string>

#include "core/traces/shown_frames.h"

namespace heapprof {
namespace {

template <typename IsMeant>
std::vector<bool> through(const TraceTable& traces, const IsMeant& isMeant, bool cumulative) {
    const ShownFrames shown(traces);
    std::vector<bool> isMeantFrame(traces.frameCount());
    for (std::uint32_t i = 0; i < isMeantFrame.size(); ++i) isMeantFrame[i] = isMeant(FrameIndex(i));
    std::vector<bool> isMember(traces.nodeCount());  // parents come before their children
    for (std::uint32_t i = 1; i < isMember.size(); ++i) {
        const TraceNode& node = traces.node(NodeIndex(i));
        const bool isPassedOn = cumulative || !shown.isShown(node.frame);
        isMember[i] = isMeantFrame[node.frame.value] || (isPassedOn && isMember[node.parent.value]);
    }
    std::vector<bool> result(traces.traceCount() + 1);
    for (std::uint32_t i = 1; i < result.size(); ++i) result[i] = isMember[traces.trace(TraceIndex(i)).leaf.value];
    return result;
}

}  // namespace

std::vector<bool> tracesThrough(const TraceTable& traces, const FramePredicate& isMeant, bool cumulative) {
    return through(traces, isMeant, cumulative);
}

std::vector<bool> tracesThrough(const TraceTable& traces, LineIndex line, bool cumulative) {
    return through(traces, [&](FrameIndex frame) { return traces.lineOf(frame) == line; }, cumulative);
}

std::vector<bool> tracesOfThread(const TraceTable& traces, std::string_view name) {
    std::vector<bool> result(traces.traceCount() + 1);
    for (std::uint32_t i = 1; i < result.size(); ++i)
        result[i] = traces.thread(traces.trace(TraceIndex(i)).thread).name == name;
    return result;
}

bool belongsToModule(std::string_view file, std::string_view module) {
    if (module.empty()) return false;
    std::string path = "/" + std::string(module);
    std::ranges::replace(path, '.', '/');
    const std::string source = "/" + std::string(file);
    return source.ends_with(path + ".py") || source.find(path + "/") != std::string::npos;
}

}  // namespace heapprof
