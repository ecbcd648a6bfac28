#include "core/analysis/snapshot.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/analysis/replay.h"

namespace heapprof {

Usage& Usage::operator+=(const Usage& other) {
    bytes = wrappingAdd(bytes, other.bytes);
    blocks = wrappingAdd(blocks, other.blocks);
    bytesVariance += other.bytesVariance;
    blocksVariance += other.blocksVariance;
    return *this;
}

double Usage::bytesError() const { return std::sqrt(bytesVariance); }

Usage usageOf(const TraceValue& value, const Weights& weights) {
    return {weights.whole(value.bytes), weights.whole(value.blocks), weights.bytesVariance(value.bytesVariance),
            weights.blocksVariance(value.blocksVariance)};
}

Snapshot snapshotAt(const Digest& digest, const Capture& capture, Micros time, std::stop_token stop) {
    return snapshotOf(stateAt(digest, capture, time, std::move(stop)), digest.weights(), time);
}

std::vector<TraceValue> stateAt(const Digest& digest, const Capture& capture, Micros time, std::stop_token stop) {
    const std::size_t rows = digest.rowsUpTo(time);
    std::vector<TraceValue> state = digest.stateAfter(rows);
    const Weights& weights = digest.weights();
    if (rows < digest.rows().size() && digest.rows()[rows].firstTime <= time.count)
        replay(digest, capture, rows, rows + 1, stop, [&](const Event& event) {
            if (event.time > time) return false;
            TraceValue& value = state[event.trace.value < state.size() ? event.trace.value : 0];
            const TraceValue amount = valueOf(weights.of(event.size));
            value = event.kind == EventKind::Allocation ? (value += amount) : value - amount;
            return true;
        });
    return state;
}

Snapshot snapshotOf(const std::vector<TraceValue>& state, const Weights& weights, Micros time) {
    Snapshot snapshot;
    snapshot.time = time;
    snapshot.traces.reserve(
        static_cast<std::size_t>(std::ranges::count_if(state, [](const auto& value) { return !value.isZero(); })));
    for (std::uint32_t trace = 0; trace < state.size(); ++trace) {
        if (state[trace].isZero()) continue;
        const TraceUsage entry{TraceIndex(trace), usageOf(state[trace], weights)};
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
        if (old) {
            usage.bytes = wrappingSubtract(usage.bytes, old->bytes);
            usage.blocks = wrappingSubtract(usage.blocks, old->blocks);
            usage.bytesVariance += old->bytesVariance;
            usage.blocksVariance += old->blocksVariance;
        }
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
