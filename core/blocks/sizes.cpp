#include "core/blocks/sizes.h"

#include <array>
#include <bit>
#include <limits>

#include "core/recording/event_walk.h"

namespace heapprof {
namespace {

/// Of 0, of 1 = 2^0, and of everything above 2^(k - 1) up to 2^k; the last one is cut short by the numbers there are.
constexpr std::size_t kBuckets = 66;
using AmountsBySize = std::array<Amount, kBuckets>;

std::uint64_t minOf(std::size_t bucket) { return bucket < 2 ? bucket : (std::uint64_t{1} << (bucket - 2)) + 1; }
std::uint64_t maxOf(std::size_t bucket) {
    if (bucket == 0) return 0;
    return bucket == kBuckets - 1 ? std::numeric_limits<std::uint64_t>::max() : std::uint64_t{1} << (bucket - 1);
}

SizeHistogram histogramOf(const AmountsBySize& values, const Weights& weights) {
    std::size_t count = values.size();
    while (count > 0 && values[count - 1].isZero()) --count;
    SizeHistogram histogram;
    for (std::size_t i = 0; i < count; ++i) histogram.push_back({minOf(i), maxOf(i), estimateOf(values[i], weights)});
    return histogram;
}

}  // namespace

std::size_t sizeBucketOf(std::uint64_t size) {
    return size == 0 ? 0 : 1 + static_cast<std::size_t>(std::bit_width(size - 1));
}

SizeHistogram sizesAt(const Recording& recording, Instant instant, const TraceSet& traces, std::stop_token stop) {
    const Weights& weights = recording.weights();
    AmountsBySize buckets{};
    visitRange(recording, EventRange::upTo(recording, instant), stop, [&](const Event& event) {
        if (!traces.contains(event.trace)) return;
        buckets[sizeBucketOf(event.size)] += weights.change(event);
    });
    return histogramOf(buckets, weights);
}

SizeHistogram sizesAllocated(const Recording& recording, Instant from, Instant to, const TraceSet& traces,
                             std::stop_token stop) {
    const Weights& weights = recording.weights();
    AmountsBySize buckets{};
    visitRange(recording, EventRange::between(recording, from, to), stop, [&](const Event& event) {
        if (event.kind == EventKind::Allocation && traces.contains(event.trace))
            buckets[sizeBucketOf(event.size)] += weights.of(event);
    });
    return histogramOf(buckets, weights);
}

}  // namespace heapprof
