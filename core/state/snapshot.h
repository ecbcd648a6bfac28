// Live memory per stack trace at one instant, or the difference of two instants.
#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "core/instant.h"
#include "core/recording/recording.h"
#include "core/state/estimate.h"
#include "core/traces/trace_set.h"
#include "core/units.h"

namespace heapprof {

struct TraceEstimate {
    TraceIndex trace;
    Estimate usage;

    bool operator==(const TraceEstimate&) const = default;
};

struct Snapshot {
    Instant time;
    std::vector<TraceEstimate> traces;  ///< ascending by trace; traces with neither bytes nor blocks are left out
    Estimate total;                     ///< exactly the sum over `traces`
};

/// The state at `instant`, exactly: the digest's bucket before it, then the events between. An instant before the first
/// event gives an empty snapshot; one beyond the end of the digest the last state digested.
Snapshot snapshotAt(const Recording& recording, Instant instant, std::stop_token stop = {});

/// What snapshotAt() is made of: the live memory then, in fixed point, by trace; some may have nothing.
std::vector<TraceAmount> stateAt(const Recording& recording, Instant instant, std::stop_token stop = {});

/// The total of snapshotAt(), without its traces.
Estimate totalAt(const Recording& recording, Instant instant, std::stop_token stop = {});

/// What a snapshot, or a difference of two, holds of `traces`.
Snapshot restrictedTo(const TraceSet& traces, const Snapshot& snapshot);
/// The total of that.
Estimate totalOf(const TraceSet& traces, const Snapshot& snapshot);

/// Live memory in fixed point, by trace, as a snapshot.
Snapshot snapshotOf(const std::vector<TraceAmount>& state, const Weights& weights, Instant instant);

/// `after` minus `before`, trace by trace; time is after's. Variances add up, an upper bound of the true one, as blocks
/// that live at both instants cancel: exactDifference() knows better.
Snapshot difference(const Snapshot& before, const Snapshot& after);

}  // namespace heapprof
