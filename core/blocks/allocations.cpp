#include "core/blocks/allocations.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/blocks/allocation_times.h"
#include "core/blocks/outcome_walk.h"
#include "core/recording/event_walk.h"
#include "core/state/trace_amounts.h"

namespace heapprof {
namespace {

/// The later of the two, or the end of time.
Micros sumOf(Micros time, Micros length) {
    constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
    if (length.count <= 0) return time;
    return time.count > kEnd - length.count ? Micros(kEnd) : time + length;
}

}  // namespace

Snapshot allocatedBetween(const Recording& recording, Instant from, Instant to, std::stop_token stop) {
    TraceAmounts allocated(recording.digest().traceCount() + 1);
    visitRange(recording, EventRange::between(recording, from, to), stop, [&](const Event& event) {
        if (event.kind == EventKind::Allocation) allocated.add(event, recording.weights());
    });
    return snapshotOf(allocated.take(), recording.weights(), to);
}

Snapshot bytesAllocatedBetween(const Recording& recording, Instant from, Instant to, std::stop_token stop) {
    std::vector<std::int64_t> allocated(recording.digest().traceCount() + 1);
    const Weights& weights = recording.weights();
    EventRange range = EventRange::between(recording, from, to);
    const auto readBucket = [&](std::size_t bucket) {
        visitRange(recording, range.inBucket(bucket), stop, [&](const Event& event) {
            if (event.kind == EventKind::Free) return;
            std::int64_t& sum = allocated[event.trace.value < allocated.size() ? event.trace.value : 0];
            sum = wrappingAdd(sum, weights.of(event).bytes);
        });
    };
    if (!range.isEmpty() && !range.containsBucket(recording, range.first)) readBucket(range.first++);
    if (!range.isEmpty() && !range.containsBucket(recording, range.end - 1)) readBucket(--range.end);
    for (const auto& segment : recording.digest().segments()) {
        const std::size_t start = segment->firstBucket();
        if (stop.stop_requested() || start >= range.end) break;
        if (start + segment->bucketCount() <= range.first) continue;
        segment->addAllocated(std::max(range.first, start) - start, range.end - start, allocated);
    }
    std::vector<TraceAmount> values;
    for (std::uint32_t trace = 0; trace < allocated.size(); ++trace)
        if (allocated[trace] != 0) values.push_back({TraceIndex(trace), {allocated[trace]}});
    return snapshotOf(values, weights, to);
}

AllocationRate rateOf(const Estimate& allocated, Instant from, Instant to) {
    if (to.time <= from.time) return {};
    const double seconds = toSeconds(to.time) - toSeconds(from.time);
    return {static_cast<double>(allocated.bytes) / seconds, static_cast<double>(allocated.blocks) / seconds,
            std::sqrt(allocated.bytesVariance) / seconds, std::sqrt(allocated.blocksVariance) / seconds};
}

std::optional<TemporaryBlocks> temporaryBlocks(const Recording& recording, Instant from, Instant to, Micros shorterThan,
                                               std::stop_token stop) {
    const Weights& weights = recording.weights();
    TraceAmounts allocated(recording.digest().traceCount() + 1), temporary(recording.digest().traceCount() + 1);
    AllocationTimes born;
    const bool known = visitOutcomes(
        recording, {from, to, sumOf(to.time, shorterThan)}, stop,
        [&](const Event& event, std::uint64_t ordinal) {
            allocated.add(event, weights);
            born.add(ordinal, event.time);
        },
        [&](const Event& event, std::uint64_t ordinal) {
            if (event.time - born.remove(ordinal) < shorterThan) temporary.add(event, weights);
        });
    if (!known) return std::nullopt;
    return TemporaryBlocks{snapshotOf(allocated.take(), weights, to), snapshotOf(temporary.take(), weights, to)};
}

std::optional<TemporaryBlocks> temporaryBlocks(const Recording& recording, Instant from, Instant to,
                                               FurtherAllocations atMost, std::stop_token stop) {
    const Weights& weights = recording.weights();
    TraceAmounts allocated(recording.digest().traceCount() + 1), temporary(recording.digest().traceCount() + 1);
    const bool known = visitOutcomes(
        recording, {from, to, to}, stop, [&](const Event& event, std::uint64_t) { allocated.add(event, weights); },
        [&](const Event& event, std::uint64_t) {
            if (event.distance <= atMost.count) temporary.add(event, weights);
        });
    if (!known) return std::nullopt;
    return TemporaryBlocks{snapshotOf(allocated.take(), weights, to), snapshotOf(temporary.take(), weights, to)};
}

}  // namespace heapprof
