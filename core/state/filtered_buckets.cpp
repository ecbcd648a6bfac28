#include "core/state/filtered_buckets.h"

#include <algorithm>
#include <span>
#include <utility>

#include "core/recording/event_walk.h"

namespace heapprof {

FilteredBuckets filteredBuckets(const Recording& recording, TraceSet traces, FilteredBuckets known,
                                std::stop_token stop, Measure measure) {
    const std::vector<Bucket>& all = recording.digest().buckets();
    FilteredBuckets result{std::move(traces), std::move(known.buckets), measure};
    std::vector<Bucket>& buckets = result.buckets;
    // The last bucket of a digest that grows is published before it is full.
    const auto sameEnd = [](const Bucket& a, const Bucket& b) { return a.end == b.end; };
    buckets.erase(std::mismatch(buckets.begin(), buckets.end(), all.begin(), all.end(), sameEnd).first, buckets.end());
    if (buckets.size() == all.size()) return result;

    const Weights& weights = recording.weights();
    Bucket state;  // totals so far
    if (!buckets.empty()) state = buckets.back();
    std::size_t at = buckets.size();
    std::uint64_t left = 0;  // events of the bucket
    const auto begin = [&] {
        left = all[at].end.events - recording.digest().startOf(at).events;
        state.end = all[at].end;
        state.firstTime = all[at].firstTime;
        state.maxTime = recording.digest().startOf(at).time;
        state.min = state.max = state.total.of(measure);
        state.allocated = 0;
    };
    begin();
    visitBuckets(recording, at, all.size(), stop, [&](const Event& event) {
        if (result.traces.contains(event.trace)) {
            const Amount change = weights.change(event);
            state.total += change;
            if (event.kind == EventKind::Allocation) state.allocated = wrappingAdd(state.allocated, change.bytes);
        }
        const std::int64_t now = state.total.of(measure);
        state.min = std::min(state.min, now);
        if (now > state.max) {
            state.max = now;
            state.maxTime = event.time.count;
        }
        if (--left > 0) return true;
        buckets.push_back(state);
        if (++at < all.size()) begin();
        return true;
    });
    return result;
}

FilteredBuckets filteredBucketEnds(const Recording& recording, TraceSet traces, std::stop_token stop, Measure measure) {
    const Digest& digest = recording.digest();
    std::vector<TraceIndex> members, others;
    for (std::uint32_t trace = 0; trace <= digest.traceCount(); ++trace)
        (traces.contains(TraceIndex(trace)) ? members : others).emplace_back(trace);
    // Of most traces: what the others leave of the total.
    const bool isMost = members.size() > others.size();
    std::vector<std::int64_t> changes(digest.buckets().size());
    for (const auto& segment : digest.segments()) {
        if (stop.stop_requested()) break;
        segment->addSeries(isMost ? others : members,
                           std::span(changes).subspan(segment->firstBucket(), segment->bucketCount()), measure);
    }

    FilteredBuckets result{std::move(traces), {}, measure};
    result.buckets.reserve(changes.size());
    std::int64_t before = 0, sum = 0;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const Bucket& whole = digest.buckets()[i];
        sum = wrappingAdd(sum, changes[i]);
        const std::int64_t amount = isMost ? wrappingSubtract(whole.total.of(measure), sum) : sum;
        Bucket& bucket = result.buckets.emplace_back();
        bucket.end = whole.end;
        bucket.firstTime = whole.firstTime;
        bucket.maxTime = amount > before ? whole.end.time : digest.startOf(i).time;
        bucket.min = std::min(before, amount);
        bucket.max = std::max(before, amount);
        (measure == Measure::ByteCount ? bucket.total.bytes : bucket.total.blocks) = before = amount;
    }
    return result;
}

}  // namespace heapprof
