#include "core/summary/attribution.h"

#include <algorithm>

#include "core/traces/frame_grouping.h"

namespace heapprof {
namespace {
constexpr double kMost = 0.5, kTrunk = 0.95;
}

/// What passed through one line.
struct Attribution::Part {
    std::uint32_t line = 0;
    Estimate cumulative;
    double innermostBytes = 0;  // of stacks of which it is the innermost
    double depthTimesBytes = 0;
    double meanDepth() const { return depthTimesBytes / std::max(1.0, static_cast<double>(cumulative.bytes)); }
};

Attribution::Attribution(const TraceTable& traces) : m_traces(traces), m_shown(traces), m_isOwn(ownFrames(traces)) {}

Attribution::Behind Attribution::behindMost(const Snapshot& snapshot) const {
    std::unordered_map<std::uint32_t, Part> parts;
    for (const TraceEstimate& entry : snapshot.traces) add(entry, parts);
    const auto total = static_cast<double>(snapshot.total.bytes);
    const Part* best = nullptr;
    const Part* greatest = nullptr;  // of those that are innermost
    const auto isDeeper = [](const Part& a, const Part* b) {
        return !b || a.meanDepth() > b->meanDepth() || (a.meanDepth() == b->meanDepth() && a.line < b->line);
    };
    for (const auto& [line, part] : parts) {
        const auto bytes = static_cast<double>(part.cumulative.bytes);
        const bool isTrunk = bytes > kTrunk * total && part.innermostBytes < kMost * bytes;
        if (bytes >= kMost * total && !isTrunk && isDeeper(part, best)) best = &part;
        if (!greatest || part.innermostBytes > greatest->innermostBytes ||
            (part.innermostBytes == greatest->innermostBytes && part.line < greatest->line))
            greatest = &part;
    }
    if (!best) best = greatest;
    if (!best) return {};
    return {LineIndex(best->line), best->cumulative};
}

Attribution::Behind Attribution::libraryBehind(const Snapshot& snapshot, LineIndex line) const {
    Estimate through;
    std::unordered_map<std::uint32_t, Estimate> byLine;
    for (const TraceEstimate& entry : snapshot.traces) {
        const NodeIndex innermost = m_shown.innermost(m_traces.trace(entry.trace).leaf);
        NodeIndex node = innermost;
        while (node.value != 0 && m_traces.lineOf(m_traces.node(node).frame) != line) node = m_shown.callerOf(node);
        if (node.value == 0) continue;
        through += entry.usage;
        if (const FrameIndex frame = m_traces.node(innermost).frame; !m_isOwn[frame.value])
            byLine[m_traces.lineOf(frame).value] += entry.usage;
    }
    for (const auto& [library, usage] : byLine)
        if (LineIndex(library) != line && static_cast<double>(usage.bytes) > kMost * static_cast<double>(through.bytes))
            return {LineIndex(library), usage};
    return {};
}

void Attribution::add(const TraceEstimate& entry, std::unordered_map<std::uint32_t, Part>& parts) const {
    std::vector<std::uint32_t> lines;  // of own code, innermost first; of a stack without any the innermost
    const NodeIndex innermost = m_shown.innermost(m_traces.trace(entry.trace).leaf);
    for (NodeIndex node = innermost; node.value != 0; node = m_shown.callerOf(node))
        if (const FrameIndex frame = m_traces.node(node).frame; m_isOwn[frame.value])
            lines.push_back(m_traces.lineOf(frame).value);
    if (lines.empty() && innermost.value != 0) lines.push_back(m_traces.lineOf(m_traces.node(innermost).frame).value);
    const auto bytes = static_cast<double>(entry.usage.bytes);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto here = lines.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::find(lines.begin(), here, *here) != here) continue;  // recursion counts once, at its innermost
        Part& part = parts[lines[i]];
        part.line = lines[i];
        part.cumulative += entry.usage;
        part.depthTimesBytes += bytes * static_cast<double>(lines.size() - i);
        if (i == 0) part.innermostBytes += bytes;
    }
}

}  // namespace heapprof
