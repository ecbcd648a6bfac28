// The time axis of a digest: a bucket per 512 events at first, and ever more later.
#pragma once

#include <cstdint>
#include <vector>

#include "core/amount.h"
#include "core/capture/event.h"

namespace heapprof {

/// What happened in a run of consecutive events. Amounts are in the fixed point of the capture's Weights.
struct Bucket {
    EventPosition end;           ///< behind the bucket's last event; end.time is the time of that event
    std::int64_t firstTime = 0;  ///< of the bucket's first event, microseconds
    std::int64_t min = 0;        ///< total bytes, after any of the bucket's events
    std::int64_t max = 0;
    std::int64_t maxTime = 0;    ///< of the event that reached it
    Amount total;                ///< at the end of the bucket
    std::int64_t allocated = 0;  ///< by the bucket's allocations

    bool operator==(const Bucket&) const = default;
};
static_assert(sizeof(Bucket) == 112);

}  // namespace heapprof
