#include "core/state/peak.h"

#include <algorithm>

#include "core/recording/event_walk.h"

namespace heapprof {
namespace {

/// `buckets` are the digest's, or those of the traces for which `contains` is true.
template <typename Contains>
Peak peakIn(const Recording& recording, const std::vector<Bucket>& buckets, Contains contains, Measure measure,
            const std::stop_token& stop) {
    const auto highest = std::ranges::max_element(buckets, {}, &Bucket::max);
    if (highest == buckets.end() || highest->max <= 0) return {};
    const auto bucket = static_cast<std::size_t>(highest - buckets.begin());
    const Weights& weights = recording.weights();
    std::int64_t total = bucket > 0 ? buckets[bucket - 1].total.of(measure) : 0;
    std::uint64_t events = recording.digest().startOf(bucket).events;
    visitBuckets(recording, bucket, bucket + 1, stop, [&](const Event& event) {
        ++events;
        if (!contains(event.trace)) return true;
        total = wrappingAdd(total, weights.change(event).of(measure));
        return total < highest->max;
    });
    return {{Micros(highest->maxTime), events}, weights.whole(highest->max)};
}

}  // namespace

std::int64_t peakBytes(const Recording& recording) {
    std::int64_t max = 0;
    for (const Bucket& bucket : recording.digest().buckets()) max = std::max(max, bucket.max);
    return recording.weights().whole(max);
}

Peak peakOf(const Recording& recording, const TraceSet& traces, std::stop_token stop, Measure measure) {
    if (traces.isAll() && measure == Measure::ByteCount)
        return peakIn(recording, recording.digest().buckets(), [](TraceIndex) { return true; }, measure, stop);
    return peakOf(recording, filteredBuckets(recording, traces, {}, stop, measure), stop);
}

Peak peakOf(const Recording& recording, const FilteredBuckets& part, std::stop_token stop) {
    return peakIn(
        recording, part.buckets, [&](TraceIndex trace) { return part.traces.contains(trace); }, part.measure, stop);
}

}  // namespace heapprof
