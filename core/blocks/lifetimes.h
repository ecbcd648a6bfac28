// How long blocks live.
#pragma once

#include <optional>
#include <stop_token>
#include <vector>

#include "core/blocks/outcomes.h"
#include "core/recording/recording.h"
#include "core/state/snapshot.h"
#include "core/traces/trace_set.h"

namespace heapprof {

/// Of the blocks allocated in an interval: those freed by the end of it all, by their lifetime, and those still
/// alive then, of which no more is known than that they live longer.
struct Lifetimes {
    struct Bucket {
        Micros min;    ///< of the lifetimes in it
        Micros bound;  ///< where the next bucket begins
        Estimate usage;
    };
    /// From 0 on without gaps, to the longest lifetime there is. The first holds all that is shorter than the
    /// resolution of the recording's times (Metadata::resolution). The further bounds are 1, 2 and 5 times powers of
    /// ten, in microseconds, and no bucket is narrower than that resolution.
    std::vector<Bucket> freed;
    Estimate alive;
    Estimate allocated;  ///< all of them
};

/// Of the blocks that `traces` allocated in (from, to], and what became of them by
/// `until`. Amounts and variances are estimates as everywhere. A lifetime is the difference of two readings of a clock
/// that ticks every few milliseconds: the true one is up to one tick shorter or longer.
///
/// Reads the events of (from, until]; unset when the log does not tell which block a free ends (version 1), so that the
/// question cannot be answered.
std::optional<Lifetimes> lifetimes(const Recording& recording, const OutcomeTimes& times, const TraceSet& traces = {},
                                   std::stop_token stop = {});

}  // namespace heapprof
