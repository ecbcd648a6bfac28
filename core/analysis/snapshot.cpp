#include "core/analysis/snapshot.h"

#include <cmath>
#include <utility>

#include "core/analysis/replay.h"
#include "core/analysis/trace_amounts.h"

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

std::vector<TraceAmount> stateAt(const Digest& digest, const Capture& capture, Micros time, std::stop_token stop) {
    const std::size_t rows = digest.rowsUpTo(time);
    std::vector<TraceAmount> state = digest.stateAfter(rows);
    if (rows == digest.rows().size() || digest.rows()[rows].firstTime > time.count) return state;
    TraceAmounts live(digest.traceCount() + 1, std::move(state));
    replay(digest, capture, rows, rows + 1, stop, [&](const Event& event) {
        if (event.time > time) return false;
        live.apply(event, digest.weights());
        return true;
    });
    return live.take();
}

Snapshot snapshotOf(const std::vector<TraceAmount>& state, const Weights& weights, Micros time) {
    Snapshot snapshot;
    snapshot.time = time;
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
