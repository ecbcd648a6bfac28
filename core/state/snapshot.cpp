#include "core/state/snapshot.h"

#include <cmath>
#include <utility>

#include "core/recording/replay.h"
#include "core/state/trace_amounts.h"

namespace heapprof {

namespace {

/// Moves from the rest to the whole number what rounds to one.
void carry(std::int64_t& whole, std::int32_t& rest) {
    constexpr std::int32_t kHalf = Weights::kRestUnit / 2;
    if (rest >= kHalf) {
        whole = wrappingAdd(whole, 1);
        rest -= Weights::kRestUnit;
    } else if (rest < -kHalf) {
        whole = wrappingSubtract(whole, 1);
        rest += Weights::kRestUnit;
    }
}

}  // namespace

Usage& Usage::operator+=(const Usage& other) {
    bytes = wrappingAdd(bytes, other.bytes);
    blocks = wrappingAdd(blocks, other.blocks);
    bytesVariance += other.bytesVariance;
    blocksVariance += other.blocksVariance;
    carry(bytes, bytesRest += other.bytesRest);
    carry(blocks, blocksRest += other.blocksRest);
    return *this;
}

Usage& Usage::operator-=(const Usage& other) {
    bytes = wrappingSubtract(bytes, other.bytes);
    blocks = wrappingSubtract(blocks, other.blocks);
    bytesVariance += other.bytesVariance;
    blocksVariance += other.blocksVariance;
    carry(bytes, bytesRest -= other.bytesRest);
    carry(blocks, blocksRest -= other.blocksRest);
    return *this;
}

double Usage::bytesError() const { return std::sqrt(bytesVariance); }

Usage usageOf(const TraceValue& value, const Weights& weights) {
    return {weights.whole(value.bytes),
            weights.whole(value.blocks),
            weights.bytesVariance(value.bytesVariance),
            weights.blocksVariance(value.blocksVariance),
            weights.rest(value.bytes),
            weights.rest(value.blocks)};
}

Snapshot snapshotAt(const Recording& recording, Instant instant, std::stop_token stop) {
    return snapshotOf(stateAt(recording, instant, std::move(stop)), recording.digest().weights(), instant);
}

std::vector<TraceAmount> stateAt(const Recording& recording, Instant instant, std::stop_token stop) {
    const std::size_t rows = recording.digest().rowsUpTo(instant);
    std::vector<TraceAmount> state = recording.digest().stateAfter(rows);
    if (!reachesInto(recording, rows, instant)) return state;
    TraceAmounts live(recording.digest().traceCount() + 1, std::move(state));
    replayUpTo(recording, rows, instant, stop,
               [&](const Event& event) { live.apply(event, recording.digest().weights()); });
    return live.take();
}

Usage totalAt(const Recording& recording, Instant instant, std::stop_token stop) {
    const Weights& weights = recording.digest().weights();
    const std::size_t rows = recording.digest().rowsUpTo(instant);
    TraceValue total = recording.digest().totalAfter(rows);
    if (reachesInto(recording, rows, instant))
        replayUpTo(recording, rows, instant, stop, [&](const Event& event) {
            const TraceValue amount = valueOf(weights.of(event.size));
            total = event.kind == EventKind::Allocation ? (total += amount) : total - amount;
        });
    return usageOf(total, weights);
}

Snapshot restrictedTo(const TraceSet& traces, const Snapshot& snapshot) {
    Snapshot result;
    result.time = snapshot.time;
    for (const TraceUsage& entry : snapshot.traces) {
        if (!traces.contains(entry.trace)) continue;
        result.traces.push_back(entry);
        result.total += entry.usage;
    }
    return result;
}

Usage totalOf(const TraceSet& traces, const Snapshot& snapshot) {
    Usage total;
    for (const auto& [trace, usage] : snapshot.traces)
        if (traces.contains(trace)) total += usage;
    return total;
}

Snapshot snapshotOf(const std::vector<TraceAmount>& state, const Weights& weights, Instant instant) {
    Snapshot snapshot;
    snapshot.time = instant;
    snapshot.traces.reserve(state.size());
    for (const TraceAmount& amount : state) {
        const TraceUsage entry{amount.trace, usageOf(amount.value, weights)};
        if (entry.usage.bytes == 0 && entry.usage.blocks == 0) continue;
        snapshot.traces.push_back(entry);
        snapshot.total += entry.usage;
    }
    return snapshot;
}

Snapshot difference(const Snapshot& before, const Snapshot& after) {
    Snapshot result;
    result.time = after.time;
    const auto add = [&](TraceIndex trace, const Usage* old, const Usage* now) {
        Usage usage = now ? *now : Usage{};
        if (old) usage -= *old;
        if (usage.bytes == 0 && usage.blocks == 0) return;
        result.traces.push_back({trace, usage});
        result.total += usage;
    };
    auto old = before.traces.begin();
    auto now = after.traces.begin();
    while (old != before.traces.end() || now != after.traces.end()) {
        if (now == after.traces.end() || (old != before.traces.end() && old->trace < now->trace)) {
            add(old->trace, &old->usage, nullptr);
            ++old;
        } else if (old == before.traces.end() || now->trace < old->trace) {
            add(now->trace, nullptr, &now->usage);
            ++now;
        } else {
            add(now->trace, &old->usage, &now->usage);
            ++old;
            ++now;
        }
    }
    return result;
}

}  // namespace heapprof
