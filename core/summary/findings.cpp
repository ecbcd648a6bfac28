#include "core/summary/findings.h"

#include "core/blocks/allocations.h"
#include "core/blocks/growth.h"
#include "core/blocks/outcomes.h"
#include "core/state/peak.h"
#include "core/state/snapshot.h"
#include "core/summary/attribution.h"

namespace heapprof {
namespace {

constexpr std::size_t kMaxGrowing = 2;
constexpr double kMinShareOfPeak = 0.05;      // of what is left over or grows
constexpr Micros kMinGrowthTime(10'000'000);  // what a program does at its start is no trend
constexpr double kMinTemporary = 0.25;        // of all that was allocated
constexpr std::int64_t kMinGap = 16 << 20, kMinGapShare = 4;

Finding findingOf(Finding::Kind kind, const Snapshot& snapshot, Instant from, const Attribution& attribution) {
    const Attribution::Behind behind = attribution.behindMost(snapshot);
    Finding finding{kind, from, snapshot.time, snapshot.total, behind.line, behind.usage, {}, {}, 0, 0, {}};
    if (behind.line)
        if (const auto [library, usage] = attribution.libraryBehind(snapshot, *behind.line); library) {
            finding.library = library;
            finding.ofLibrary = usage;
        }
    return finding;
}

std::vector<Finding> growing(const Recording& recording, Instant end, double least, std::stop_token stop) {
    std::vector<Finding> found;
    if (end.time < kMinGrowthTime) return found;
    for (const Growth& growth :
         growthBetween(recording, {kBeforeStart, end.time, TraceGrouping::OwnLine, false}, {}, stop)) {
        const double rise = static_cast<double>(growth.last - growth.first);
        if (found.size() == kMaxGrowing || growth.slopeLowerBound() <= 0) break;
        if (rise < least) continue;
        Finding finding{
            Finding::Kind::Growth, Instant::beginning(), end, {}, LineIndex(growth.index), {}, {}, {}, 0, 0, {}};
        finding.total.bytes = finding.ofLine.bytes = growth.last - growth.first;
        finding.slope = growth.slope;
        finding.slopeLowerBound = growth.slopeLowerBound();
        found.push_back(finding);
    }
    return found;
}

/// When what nobody explains is much, and a large part of what was resident.
std::optional<Finding> residentFinding(const Recording& recording, const Timeline& timeline, std::stop_token stop) {
    const auto gap = greatestResidentGap(recording, timeline, stop);
    if (!gap || gap->freed + gap->rest < std::max(kMinGap, gap->resident / kMinGapShare)) return std::nullopt;
    Finding finding{Finding::Kind::Resident, gap->instant, gap->instant, {}, {}, {}, {}, {}, 0, 0, *gap};
    finding.total.bytes = gap->resident;
    return finding;
}

}  // namespace

std::vector<Finding> findings(const Recording& recording, const Timeline& timeline, std::stop_token stop) {
    std::vector<Finding> found;
    if (!recording.hasEvents()) return found;
    const Attribution attribution(recording.traces());
    const Instant start = Instant::beginning(), end = recording.end();
    const Peak peak = peakOf(recording, TraceSet(), stop);
    if (stop.stop_requested() || peak.amount <= 0) return found;
    const double least = kMinShareOfPeak * static_cast<double>(peak.amount);

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
    if (auto resident = residentFinding(recording, timeline, stop)) found.push_back(*resident);
    if (stop.stop_requested()) found.clear();
    return found;
}

}  // namespace heapprof
