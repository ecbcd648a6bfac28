// What became of blocks: of those allocated in an interval, and of those that were there before it.
#pragma once

#include <optional>
#include <stop_token>

#include "core/recording/recording.h"
#include "core/state/snapshot.h"

namespace heapprof {

/// Whether the log tells which block a free ends: that of version 1 does not.
inline bool tellsOutcomes(const Recording& recording) { return recording.metadata().version > 1; }

/// Two borders and an end: what is asked for was allocated in (from, to], and fared as it did by `until`.
struct OutcomeTimes {
    Instant from;
    Instant to;
    Instant until;  ///< not before `to`
};

/// Sums over recorded blocks, by trace; `time` of each is `until`. Variances are the true ones.
struct AllocationOutcomes {
    Snapshot allocated;        ///< in (from, to]
    Snapshot alive;            ///< of those, not freed by `until`
    Snapshot freed;            ///< of those, freed by `until`
    Snapshot freedFromBefore;  ///< allocated by `from`, freed in (from, until]
};

/// Reads the events of (from, until]; unset when the log does not tell which block a free ends (version 1), so that the
/// question cannot be answered. Times outside the digest mean its ends.
std::optional<AllocationOutcomes> allocationOutcomes(const Recording& recording, const OutcomeTimes& times,
                                                     std::stop_token stop = {});

/// difference() of two snapshots of the capture, with the true variance where the log allows it: blocks that live at
/// both instants cancel, so it is that of the later instant, less that of the earlier one, and twice that of the blocks
/// that were alive at the earlier one and freed since. Otherwise the bound of difference(). `before` is the earlier
/// instant or the later one.
Snapshot exactDifference(const Recording& recording, const Snapshot& before, const Snapshot& after,
                         std::stop_token stop = {});

}  // namespace heapprof
