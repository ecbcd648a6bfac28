#include "core/blocks/allocations.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/blocks/allocation_times.h"
#include "core/blocks/block_scan.h"
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
    scanEvents(recording, from, to, stop, [&](const Event& event, std::uint64_t) {
        if (event.kind == EventKind::Allocation) allocated.apply(event, recording.digest().weights());
        return true;
    });
    return snapshotOf(allocated.take(), recording.digest().weights(), to);
}

Snapshot bytesAllocatedBetween(const Recording& recording, Instant from, Instant to, std::stop_token stop) {
    std::vector<std::int64_t> allocated(recording.digest().traceCount() + 1);
    const Weights& weights = recording.digest().weights();
    const auto readRow = [&](std::size_t row) {
        std::uint64_t number = recording.digest().startOf(row).events;
        replay(recording, row, row + 1, stop, [&](const Event& event) {
            const std::uint64_t own = number++;
            if (isAfter(event.time, own, to)) return false;
            if (!isAfter(event.time, own, from) || event.kind == EventKind::Free) return true;
            std::int64_t& sum = allocated[event.trace.value < allocated.size() ? event.trace.value : 0];
            sum = wrappingAdd(sum, weights.of(event.size).bytes);
            return true;
        });
    };
    RowRange rows = RowRange::of(recording, from, to);
    const auto liesWithin = [&](std::size_t row) {
        const Row& each = recording.digest().rows()[row];
        return isAfter(Micros(each.firstTime), recording.digest().startOf(row).events, from) &&
               each.end.time <= to.time.count && each.end.events <= to.events;
    };
    if (rows.first < rows.end && !liesWithin(rows.first)) readRow(rows.first++);
    if (rows.first < rows.end && !liesWithin(rows.end - 1)) readRow(--rows.end);
    for (const auto& segment : recording.digest().segments()) {
        const std::size_t start = segment->firstRow();
        if (stop.stop_requested() || start >= rows.end) break;
        if (start + segment->rowCount() <= rows.first) continue;
        segment->addAllocated(std::max(rows.first, start) - start, rows.end - start, allocated);
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
    const Weights& weights = recording.digest().weights();
    TraceAmounts allocated(recording.digest().traceCount() + 1), temporary(recording.digest().traceCount() + 1);
    AllocationTimes born;
    const bool known = scanBlocks(
        recording, {from, to, sumOf(to.time, shorterThan)}, stop,
        [&](const Event& event, std::uint64_t ordinal) {
            allocated.apply(event, weights);
            born.add(ordinal, event.time);
        },
        [&](const Event& event, std::uint64_t ordinal) {
            if (event.time - born.remove(ordinal) < shorterThan) temporary.add(event, weights);
        },
        [](const Event&) {});
    if (!known) return std::nullopt;
    return TemporaryBlocks{snapshotOf(allocated.take(), weights, to), snapshotOf(temporary.take(), weights, to)};
}

std::optional<TemporaryBlocks> temporaryBlocks(const Recording& recording, Instant from, Instant to,
                                               FurtherAllocations atMost, std::stop_token stop) {
    const Weights& weights = recording.digest().weights();
    TraceAmounts allocated(recording.digest().traceCount() + 1), temporary(recording.digest().traceCount() + 1);
    const bool known = scanBlocks(
        recording, {from, to, to}, stop, [&](const Event& event, std::uint64_t) { allocated.apply(event, weights); },
        [&](const Event& event, std::uint64_t) {
            if (event.age <= atMost.count) temporary.add(event, weights);
        },
        [](const Event&) {});
    if (!known) return std::nullopt;
    return TemporaryBlocks{snapshotOf(allocated.take(), weights, to), snapshotOf(temporary.take(), weights, to)};
}

}  // namespace heapprof
