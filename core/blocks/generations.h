// What each of many intervals in a row leaves behind: requests, epochs, batches.
#pragma once

#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "core/recording/recording.h"
#include "core/state/snapshot.h"
#include "core/traces/trace_set.h"

namespace heapprof {

/// What was allocated in (begin, end].
struct Generation {
    Micros begin, end;
    Estimate allocated;
    Snapshot alive;  ///< of that, what had not been freed at the instant asked about, which is its `time`
};

/// The intervals between each two of `borders`, which ascend; what was allocated in them by `traces`, and what of it is
/// alive at `until`: of an interval that ends later, what was allocated by then. Reads the events from the first border
/// to `until`; unset when the log does not tell which block a free ends (version 1), so that the question cannot be
/// answered.
std::optional<std::vector<Generation>> generations(const Recording& recording, std::span<const Micros> borders,
                                                   Instant until, const TraceSet& traces = {},
                                                   std::stop_token stop = {});

}  // namespace heapprof
