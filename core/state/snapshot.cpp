#include "core/state/snapshot.h"

#include <utility>

#include "core/recording/event_walk.h"
#include "core/state/trace_amounts.h"

namespace heapprof {

Snapshot snapshotAt(const Recording& recording, Instant instant, std::stop_token stop) {
    return snapshotOf(stateAt(recording, instant, std::move(stop)), recording.weights(), instant);
}

std::vector<TraceAmount> stateAt(const Recording& recording, Instant instant, std::stop_token stop) {
    const EventRange rest = EventRange::afterBucketsUpTo(recording, instant);
    std::vector<TraceAmount> state = recording.digest().stateAfter(rest.first);
    if (rest.isEmpty()) return state;
    TraceAmounts live(recording.digest().traceCount() + 1, std::move(state));
    visitRange(recording, rest, stop, [&](const Event& event) { live.apply(event, recording.weights()); });
    return live.take();
}

Estimate totalAt(const Recording& recording, Instant instant, std::stop_token stop) {
    const EventRange rest = EventRange::afterBucketsUpTo(recording, instant);
    Amount total = recording.digest().totalAfter(rest.first);
    visitRange(recording, rest, stop, [&](const Event& event) { total += recording.weights().change(event); });
    return estimateOf(total, recording.weights());
}

Snapshot restrictedTo(const TraceSet& traces, const Snapshot& snapshot) {
    Snapshot result;
    result.time = snapshot.time;
    for (const TraceEstimate& entry : snapshot.traces) {
        if (!traces.contains(entry.trace)) continue;
        result.traces.push_back(entry);
        result.total += entry.usage;
    }
    return result;
}

Estimate totalOf(const TraceSet& traces, const Snapshot& snapshot) {
    Estimate total;
    for (const auto& [trace, usage] : snapshot.traces)
        if (traces.contains(trace)) total += usage;
    return total;
}

Snapshot snapshotOf(const std::vector<TraceAmount>& state, const Weights& weights, Instant instant) {
    Snapshot snapshot;
    snapshot.time = instant;
    snapshot.traces.reserve(state.size());
    for (const auto& [trace, amount] : state) {
        const TraceEstimate entry{trace, estimateOf(amount, weights)};
        if (entry.usage.bytes == 0 && entry.usage.blocks == 0) continue;
        snapshot.traces.push_back(entry);
        snapshot.total += entry.usage;
    }
    return snapshot;
}

Snapshot difference(const Snapshot& before, const Snapshot& after) {
    Snapshot result;
    result.time = after.time;
    const auto add = [&](TraceIndex trace, const Estimate* old, const Estimate* now) {
        Estimate usage = now ? *now : Estimate{};
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
