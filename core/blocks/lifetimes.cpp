#include "core/blocks/lifetimes.h"

#include <algorithm>
#include <array>
#include <limits>

#include "core/blocks/allocation_times.h"
#include "core/blocks/outcome_walk.h"

namespace heapprof {
namespace {

/// Where buckets end: 1, 2, 5, 10, ... microseconds, and the last one where numbers do.
constexpr auto kBounds = [] {
    std::array<std::int64_t, 58> bounds{};
    std::int64_t power = 1;
    for (std::size_t i = 0; i + 1 < bounds.size(); i += 3) {
        bounds[i] = power;
        bounds[i + 1] = 2 * power;
        bounds[i + 2] = 5 * power;
        if (i + 4 < bounds.size()) power *= 10;
    }
    bounds.back() = std::numeric_limits<std::int64_t>::max();
    return bounds;
}();
static_assert(kBounds[0] == 1 && kBounds[5] == 50 && kBounds[56] == 5'000'000'000'000'000'000);

std::size_t bucketOf(Micros lifetime) {
    const auto bound = std::upper_bound(kBounds.begin(), kBounds.end() - 1, lifetime.count);
    return static_cast<std::size_t>(bound - kBounds.begin());
}

using Buckets = std::array<Amount, kBounds.size()>;

std::vector<Lifetimes::Bucket> filled(const Buckets& values, const Weights& weights) {
    std::size_t count = values.size();
    while (count > 0 && values[count - 1].isZero()) --count;
    std::vector<Lifetimes::Bucket> buckets;
    for (std::size_t i = 0; i < count; ++i)
        buckets.push_back({Micros(i > 0 ? kBounds[i - 1] : 0), Micros(kBounds[i]), estimateOf(values[i], weights)});
    return buckets;
}

}  // namespace

std::optional<Lifetimes> lifetimes(const Recording& recording, const OutcomeTimes& times, const TraceSet& traces,
                                   std::stop_token stop) {
    const Weights& weights = recording.weights();
    AllocationTimes born;
    Buckets buckets{};
    Amount allocated, freed;
    const bool known = visitOutcomes(
        recording, times, stop,
        [&](const Event& event, std::uint64_t ordinal) {
            if (!traces.contains(event.trace)) return;
            born.add(ordinal, event.time);
            allocated += weights.of(event.size);
        },
        [&](const Event& event, std::uint64_t ordinal) {
            if (!traces.contains(event.trace) || born.entries() == 0) return;
            const Amount amount = weights.of(event.size);
            buckets[bucketOf(event.time - born.remove(ordinal))] += amount;
            freed += amount;
        });
    if (!known) return std::nullopt;
    return Lifetimes{filled(buckets, weights), estimateOf(allocated - freed, weights), estimateOf(allocated, weights)};
}

}  // namespace heapprof
