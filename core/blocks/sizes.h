// How big blocks are.
#pragma once

#include <stop_token>
#include <vector>

#include "core/recording/recording.h"
#include "core/state/snapshot.h"
#include "core/traces/trace_set.h"

namespace heapprof {

/// The blocks whose sizes lie in [least, greatest], bytes as the program asked for them.
struct SizeBucket {
    std::uint64_t min = 0;
    std::uint64_t max = 0;
    Estimate usage;  ///< estimates, as everywhere

    bool operator==(const SizeBucket&) const = default;
};

/// Without gaps, up to the bucket of the greatest size there is: 0; 1; 2; 3 to 4; 5 to 8; and so on to powers of two.
/// Blocks too small for their sampling rule are missing, which their variances cannot tell: see maxBytesUnseen().
using SizeHistogram = std::vector<SizeBucket>;

/// The position of the bucket of a size.
std::size_t sizeBucketOf(std::uint64_t size);

/// Of the blocks that `traces` allocated and that were alive at `instant`. A digest knows no sizes, so this reads all
/// events up to then.
SizeHistogram sizesAt(const Recording& recording, Instant instant, const TraceSet& traces = {},
                      std::stop_token stop = {});

/// Of the blocks that were allocated in (from, to], freed since or not; reads the events of that interval.
SizeHistogram sizesAllocated(const Recording& recording, Instant from, Instant to, const TraceSet& traces = {},
                             std::stop_token stop = {});

}  // namespace heapprof
