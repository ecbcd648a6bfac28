// The time axis of a digest as it would be if nothing but some of the traces had been recorded.
#pragma once

#include <stop_token>
#include <vector>

#include "core/recording/recording.h"
#include "core/traces/trace_set.h"

namespace heapprof {

struct FilteredBuckets {
    TraceSet traces;
    std::vector<Bucket>
        buckets;  ///< parallel to digest.buckets(), with their ends and times; amounts of `traces` alone
    Measure measure = Measure::ByteCount;  ///< of the buckets' least and greatest
};

/// Reads every event, so that also what came and went within a bucket is known. `known` is the answer for an earlier
/// state of the same digest, the same set and measure: what it holds is taken over. When `stop` is requested the last
/// buckets are missing; what is there may be handed in as `known`.
FilteredBuckets filteredBuckets(const Recording& recording, TraceSet traces, FilteredBuckets known = {},
                                std::stop_token stop = {}, Measure measure = Measure::ByteCount);

/// Reads the digest alone: knows the amount at the end of each bucket, of which `least` and `greatest` are the lesser
/// and the greater one at its two ends. The other measure, variances and what was allocated are 0.
FilteredBuckets filteredBucketEnds(const Recording& recording, TraceSet traces, std::stop_token stop = {},
                                   Measure measure = Measure::ByteCount);

}  // namespace heapprof
