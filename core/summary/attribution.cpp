#include "core/summary/attribution.h"

#include <algorithm>
#include <utility>

#include "core/stacks/passed_nodes.h"
#include "core/traces/frame_grouping.h"
#include "core/traces/trace_set.h"

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
    const std::unordered_map<std::uint32_t, Part> parts = partsOf(snapshot);
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
    const TraceSet throughLine = TraceSet::throughLine(m_traces, line);
    Estimate through;
    std::unordered_map<std::uint32_t, Estimate> byLine;
    for (const TraceEstimate& entry : snapshot.traces) {
        if (!throughLine.contains(entry.trace)) continue;
        through += entry.usage;
        const NodeIndex innermost = m_shown.innermost(m_traces.trace(entry.trace).leaf);
        if (const FrameIndex frame = m_traces.node(innermost).frame; !m_isOwn[frame.value])
            byLine[m_traces.lineOf(frame).value] += entry.usage;
    }
    for (const auto& [library, usage] : byLine)
        if (LineIndex(library) != line && static_cast<double>(usage.bytes) > kMost * static_cast<double>(through.bytes))
            return {LineIndex(library), usage};
    return {};
}

NodeIndex Attribution::innermostOwn(NodeIndex innermost) const {
    NodeIndex node = innermost;
    while (node.value != 0 && !m_isOwn[m_traces.node(node).frame.value]) node = m_shown.callerOf(node);
    return node;
}

std::unordered_map<std::uint32_t, Attribution::Part> Attribution::partsOf(const Snapshot& snapshot) const {
    std::unordered_map<std::uint32_t, Part> parts;
    const auto partOf = [&](LineIndex line) -> Part& {
        Part& part = parts[line.value];
        part.line = line.value;
        return part;
    };
    PassedNodes passed(m_traces, {}, 1);
    for (const TraceEstimate& entry : snapshot.traces) {
        const std::optional<LineIndex> innermost = passed.add(entry, 0);
        if (!innermost) continue;
        const auto bytes = static_cast<double>(entry.usage.bytes);
        const NodeIndex own = innermostOwn(m_shown.innermost(m_traces.trace(entry.trace).leaf));
        Part& part = partOf(own.value != 0 ? m_traces.lineOf(m_traces.node(own).frame) : *innermost);
        part.innermostBytes += bytes;
        if (own.value != 0) continue;
        part.cumulative += entry.usage;  // a stack without own code counts for its innermost line
        part.depthTimesBytes += bytes;
    }
    // Recursion counts once: what passes through a line again is as deep as its innermost occurrence.
    std::vector<std::size_t> depthOfLine(m_traces.lineCount());  // on the path; 0: it is not there
    std::vector<std::size_t> before;                             // of the line of each own frame on the path
    passed.walk(
        [&](const PassedNodes::Node& node, std::span<const Estimate> amounts) {
            if (!m_isOwn[node.frame.value]) return;
            std::size_t& depth = depthOfLine[node.line.value];
            before.push_back(depth);
            Part& part = partOf(node.line);
            if (depth == 0) part.cumulative += amounts[0];
            const auto deeper = static_cast<double>(before.size() - std::exchange(depth, before.size()));
            part.depthTimesBytes += static_cast<double>(amounts[0].bytes) * deeper;
        },
        [&](const PassedNodes::Node& node) {
            if (!m_isOwn[node.frame.value]) return;
            depthOfLine[node.line.value] = before.back();
            before.pop_back();
        });
    return parts;
}

}  // namespace heapprof
