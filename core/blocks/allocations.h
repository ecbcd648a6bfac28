// What was allocated in an interval, freed since or not: rates, and allocations that were only temporary.
#pragma once

#include <optional>
#include <stop_token>

#include "core/recording/recording.h"
#include "core/state/snapshot.h"

namespace heapprof {

/// Allocated in (from, to], by trace: a Snapshot for every table and graph there is, its time is `to`. Reads the events
/// of that interval.
Snapshot allocatedBetween(const Recording& recording, Instant from, Instant to, std::stop_token stop = {});

/// The bytes of allocatedBetween(), and as exact, from the digest alone but for the events of the buckets that `from`
/// and `to` lie in: as fast for a long interval as for a short one. The digest does not hold the rest: blocks and
/// variances are 0, which says nothing.
Snapshot bytesAllocatedBetween(const Recording& recording, Instant from, Instant to, std::stop_token stop = {});

/// Per second, with standard errors.
struct AllocationRate {
    double bytes = 0;
    double blocks = 0;
    double bytesError = 0;
    double blocksError = 0;
};
/// Of an amount that was allocated in (from, to]; 0 when that is no time at all.
AllocationRate rateOf(const Estimate& allocated, Instant from, Instant to);

/// The usual limit. It is a few ticks of the recorder's clock: a block that lived up to about one tick (4 ms on most
/// machines) longer may count, and one that lived that much shorter may not.
inline constexpr Micros kTemporaryAge{10'000};

/// Of the blocks that were allocated in (from, to], all, and those that were only temporary; `time` of both is `to`.
struct TemporaryBlocks {
    Snapshot allocated;
    Snapshot temporary;
};

/// Temporary: freed before they were `shorterThan` old, be it after `to`. Ages are differences of a clock that ticks
/// every few milliseconds (Metadata::resolution), and true ones are up to one tick shorter or longer: a limit of some
/// 10 ms or more says about what it says, a limit of 1 us means "in the same tick".
///
/// Reads the events of (from, to + shorterThan]; unset when the log does not tell which block a free ends (version 1),
/// so that the question cannot be answered.
std::optional<TemporaryBlocks> temporaryBlocks(const Recording& recording, Instant from, Instant to, Micros shorterThan,
                                               std::stop_token stop = {});

/// A distance between an allocation and its free.
struct FurtherAllocations {
    std::uint64_t count = 0;
};

/// Temporary: freed, by `to`, when the program had allocated at most so many further blocks. 0 is heaptrack's
/// definition and 1 memray's, except that memray counts each thread's allocations for themselves. Only recorded
/// allocations are counted: where not everything was recorded, 0 of these are very many, and the definition by time is
/// the one to use. Otherwise as above.
std::optional<TemporaryBlocks> temporaryBlocks(const Recording& recording, Instant from, Instant to,
                                               FurtherAllocations atMost, std::stop_token stop = {});

}  // namespace heapprof
