#include "core/summary/findings.h"

#include <algorithm>
#include <unordered_map>

#include "core/blocks/allocations.h"
#include "core/blocks/growth.h"
#include "core/blocks/outcomes.h"
#include "core/state/peak.h"
#include "core/state/snapshot.h"
#include "core/traces/frame_grouping.h"
#include "core/traces/shown_frames.h"

namespace heapprof {
namespace {

constexpr std::size_t kMaxGrowing = 2;
constexpr double kMinShareOfPeak = 0.05;  // of what is left over or grows
constexpr double kMinTemporary = 0.25;    // of all that was allocated

/// Finds the line behind most of a snapshot.
class Attribution {
public:
    explicit Attribution(const TraceTable& traces) : m_traces(traces), m_shown(traces), m_isOwn(traces.frameCount()) {
        for (std::uint32_t i = 0; i < traces.frameCount(); ++i)
            m_isOwn[i] = moduleOf(traces.file(FrameIndex(i))).kind == ModuleKind::Own;
    }

    /// Fills in the line and what passes through it.
    void attribute(const Snapshot& snapshot, Finding& finding) const {
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
        if (!best) return;
        finding.line = LineIndex(best->line);
        finding.ofLine = best->cumulative;
    }

private:
    static constexpr double kMost = 0.5, kTrunk = 0.95;

    struct Part {
        std::uint32_t line = 0;
        Estimate cumulative;
        double innermostBytes = 0;  // of stacks of which it is the innermost
        double depthTimesBytes = 0;
        double meanDepth() const { return depthTimesBytes / std::max(1.0, static_cast<double>(cumulative.bytes)); }
    };

    void add(const TraceEstimate& entry, std::unordered_map<std::uint32_t, Part>& parts) const {
        std::vector<std::uint32_t> lines;  // of own code, innermost first; of a stack without any the innermost
        const NodeIndex innermost = m_shown.innermost(m_traces.trace(entry.trace).leaf);
        for (NodeIndex node = innermost; node.value != 0; node = m_shown.callerOf(node))
            if (const FrameIndex frame = m_traces.node(node).frame; m_isOwn[frame.value])
                lines.push_back(m_traces.lineOf(frame).value);
        if (lines.empty() && innermost.value != 0)
            lines.push_back(m_traces.lineOf(m_traces.node(innermost).frame).value);
        const auto bytes = static_cast<double>(entry.usage.bytes);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (std::find(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(i), lines[i]) !=
                lines.begin() + static_cast<std::ptrdiff_t>(i))
                continue;  // recursion counts once, at its innermost
            Part& part = parts[lines[i]];
            part.line = lines[i];
            part.cumulative += entry.usage;
            part.depthTimesBytes += bytes * static_cast<double>(lines.size() - i);
            if (i == 0) part.innermostBytes += bytes;
        }
    }

    const TraceTable& m_traces;
    ShownFrames m_shown;
    std::vector<bool> m_isOwn;
};

Finding findingOf(Finding::Kind kind, const Snapshot& snapshot, Instant from, const Attribution& attribution) {
    Finding finding{kind, from, snapshot.time, snapshot.total, {}, {}, 0, 0};
    attribution.attribute(snapshot, finding);
    return finding;
}

std::vector<Finding> growing(const Recording& recording, Instant end, double least, std::stop_token stop) {
    std::vector<Finding> found;
    for (const Growth& growth :
         growthBetween(recording, {kBeforeStart, end.time, TraceGrouping::Line, false}, {}, stop)) {
        const double rise = static_cast<double>(growth.last - growth.first);
        if (found.size() == kMaxGrowing || growth.slopeLowerBound() <= 0) break;
        if (rise < least) continue;
        Finding finding{Finding::Kind::Growth, Instant::beginning(), end, {}, LineIndex(growth.index), {}, 0, 0};
        finding.total.bytes = finding.ofLine.bytes = growth.last - growth.first;
        finding.slope = growth.slope;
        finding.slopeLowerBound = growth.slopeLowerBound();
        found.push_back(finding);
    }
    return found;
}

}  // namespace

std::vector<Finding> findings(const Recording& recording, std::stop_token stop) {
    std::vector<Finding> found;
    if (!recording.hasEvents()) return found;
    const Attribution attribution(recording.traces());
    const Instant start = Instant::beginning(), end = recording.end();
    const Peak peak = peakOf(recording, TraceSet(), stop);
    if (stop.stop_requested() || peak.bytes <= 0) return found;
    const double least = kMinShareOfPeak * static_cast<double>(peak.bytes);

    found.push_back(
        findingOf(Finding::Kind::Peak, snapshotAt(recording, peak.instant, stop), peak.instant, attribution));
    const auto grown = growing(recording, end, least, stop);
    found.insert(found.end(), grown.begin(), grown.end());
    const Instant early(Micros(end.time.count / 10));
    if (auto outcomes = allocationOutcomes(recording, {early, end, end}, stop);
        outcomes && static_cast<double>(outcomes->alive.total.bytes) >= least)
        found.push_back(findingOf(Finding::Kind::LeftOver, outcomes->alive, early, attribution));
    const auto temporary = temporaryBlocks(recording, start, end, kTemporaryAge, stop);
    const Snapshot allocated = temporary ? temporary->allocated : allocatedBetween(recording, start, end, stop);
    found.push_back(findingOf(Finding::Kind::Churn, allocated, start, attribution));
    if (temporary && static_cast<double>(temporary->temporary.total.bytes) >=
                         kMinTemporary * static_cast<double>(allocated.total.bytes))
        found.push_back(findingOf(Finding::Kind::Temporary, temporary->temporary, start, attribution));
    if (stop.stop_requested()) found.clear();
    return found;
}

}  // namespace heapprof
