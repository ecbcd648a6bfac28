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
};

/// Reads every event, so that also what came and went within a bucket is known. `known` is the answer for an earlier
/// state of the same digest and the same set: what it holds is taken over. When `stop` is requested the last buckets
/// are missing; what is there may be handed in as `known`.
FilteredBuckets filteredBuckets(const Recording& recording, TraceSet traces, FilteredBuckets known = {},
                                std::stop_token stop = {});

/// Reads the digest alone: knows the bytes at the end of each bucket, of which `least` and `greatest` are the lesser
/// and the greater one at its two ends. Blocks, variances and what was allocated are 0.
FilteredBuckets filteredBucketEnds(const Recording& recording, TraceSet traces, std::stop_token stop = {});

}  // namespace heapprof
