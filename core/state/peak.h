// When there was most memory in use, and what it was made of.
#pragma once

#include <stop_token>

#include "core/recording/recording.h"
#include "core/state/filtered_buckets.h"
#include "core/traces/trace_set.h"

namespace heapprof {

/// The greatest total. The greatest of many estimates is likely to be one that is too great.
struct Peak {
    Instant instant;          ///< right after the event that first reached it
    std::int64_t amount = 0;  ///< bytes, unless something else was asked for

    bool operator==(const Peak&) const = default;
};

/// The bytes of peakOf() everything digested, without the events that tell when they were in use.
std::int64_t peakBytes(const Recording& recording);

/// The peak of what `traces` hold together: snapshotAt(peak.instant) has exactly its amount. Instant 0 and no amount
/// when they never held any. Reads one bucket's events, or every event when these are not the bytes of all traces.
Peak peakOf(const Recording& recording, const TraceSet& traces = {}, std::stop_token stop = {},
            Measure measure = Measure::ByteCount);
/// The same, in the measure of `part`, which is filteredBuckets() of the same digest. Reads one bucket's events.
Peak peakOf(const Recording& recording, const FilteredBuckets& part, std::stop_token stop = {});

}  // namespace heapprof
