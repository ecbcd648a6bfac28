// The collector's own sampler, asked about requests that nobody makes.
#pragma once

#include <algorithm>
#include <cstdint>

#include "collector/sampling/budget.h"
#include "collector/sampling/sampler.h"
#include "collector/sampling/thread_state.h"

namespace heapprof::accuracy {

/// One recording at a time, of this thread. A request passes what it passes in the allocator hooks: pay(), and if it
/// could not, sampler::triggers().
class SimulatedRecording {
public:
    explicit SimulatedRecording(const Sampling& sampling) {
        sampler::configure(sampling);
        ++g_epoch;
        sampler::switchOn(sampling);
        sampler::join(t_state);
    }
    SimulatedRecording(const SimulatedRecording&) = delete;
    SimulatedRecording& operator=(const SimulatedRecording&) = delete;
    ~SimulatedRecording() { sampler::switchOff(); }

    /// From here on random numbers follow from the seed.
    void reseed(std::uint64_t seed) {
        t_state.random = seed | 1;
        sampler::draw(t_state);
    }

    template <Pricing pricing>
    bool records(std::uint64_t size) {
        return !pay(priceOf<pricing>(size)) && sampler::triggers<pricing>(t_state, size);
    }

    /// How many of `count` requests of one size are recorded. Those that the budget suffices for pay together, which
    /// leaves it as if each had paid for itself.
    template <Pricing pricing>
    std::uint64_t recordedOf(std::uint64_t size, std::uint64_t count) {
        const std::int64_t price = priceOf<pricing>(size);
        if (price == 0) return 0;
        std::uint64_t recorded = 0;
        while (count > 0) {
            const std::int64_t budget = budgetInUse();
            const auto paying = budget < 0 ? 0 : std::min(count, static_cast<std::uint64_t>(budget / price));
            pay(static_cast<std::int64_t>(paying) * price);
            count -= paying;
            if (count == 0) break;
            recorded += records<pricing>(size);
            --count;
        }
        return recorded;
    }
};

}  // namespace heapprof::accuracy
