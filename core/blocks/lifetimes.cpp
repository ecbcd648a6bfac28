#include "core/blocks/lifetimes.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>

#include "core/blocks/allocation_times.h"
#include "core/blocks/outcome_walk.h"

namespace heapprof {
namespace {

/// 1, 2, 5, 10, ... microseconds, and last where numbers end.
constexpr auto kSteps = [] {
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
static_assert(kSteps[0] == 1 && kSteps[5] == 50 && kSteps[56] == 5'000'000'000'000'000'000);

/// The buckets while they are filled.
class Buckets {
public:
    explicit Buckets(Micros resolution) : m_bounds{resolution.count} {
        const auto isFarEnough = [&](std::int64_t step) { return step / 2 >= resolution.count; };
        std::copy_if(kSteps.begin(), kSteps.end(), std::back_inserter(m_bounds), isFarEnough);
        m_amounts.resize(m_bounds.size());
    }

    void add(Micros lifetime, const Amount& amount) {
        const auto bound = std::upper_bound(m_bounds.begin(), m_bounds.end() - 1, lifetime.count);
        m_amounts[static_cast<std::size_t>(bound - m_bounds.begin())] += amount;
    }

    std::vector<Lifetimes::Bucket> filled(const Weights& weights) const {
        std::size_t count = m_amounts.size();
        while (count > 0 && m_amounts[count - 1].isZero()) --count;
        std::vector<Lifetimes::Bucket> buckets;
        for (std::size_t i = 0; i < count; ++i)
            buckets.push_back(
                {Micros(i > 0 ? m_bounds[i - 1] : 0), Micros(m_bounds[i]), estimateOf(m_amounts[i], weights)});
        return buckets;
    }

private:
    std::vector<std::int64_t> m_bounds;  // where each ends
    std::vector<Amount> m_amounts;
};

}  // namespace

std::optional<Lifetimes> lifetimes(const Recording& recording, const OutcomeTimes& times, const TraceSet& traces,
                                   std::stop_token stop) {
    const Weights& weights = recording.weights();
    AllocationTimes born;
    Buckets buckets(recording.metadata().resolution);
    Amount allocated, freed;
    const bool known = visitOutcomes(
        recording, times, stop,
        [&](const Event& event, std::uint64_t ordinal) {
            if (!traces.contains(event.trace)) return;
            born.add(ordinal, event.time);
            allocated += weights.of(event);
        },
        [&](const Event& event, std::uint64_t ordinal) {
            if (!traces.contains(event.trace) || born.entries() == 0) return;
            const Amount amount = weights.of(event);
            buckets.add(event.time - born.remove(ordinal), amount);
            freed += amount;
        });
    if (!known) return std::nullopt;
    return Lifetimes{buckets.filled(weights), estimateOf(allocated - freed, weights), estimateOf(allocated, weights)};
}

}  // namespace heapprof
