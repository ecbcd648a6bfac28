// The collector's own sampler, asked about requests that nobody makes.
#pragma once

#include <algorithm>
#include <cstdint>

#include "collector/sampling/countdown.h"
#include "collector/sampling/sampler.h"
#include "collector/sampling/thread_state.h"

namespace heapprof::accuracy {

/// One recording at a time, of this thread. A request passes what it passes in the allocator hooks: consume(), and when
/// that ends the countdown, sampler::shouldSample().
class SimulatedRecording {
public:
    explicit SimulatedRecording(const Sampling& sampling) {
        sampler::seed();
        sampler::configure(sampling);
        sampler::beginEpoch();
        sampler::switchOn(sampling);
        sampler::join(t_state);
    }
    SimulatedRecording(const SimulatedRecording&) = delete;
    SimulatedRecording& operator=(const SimulatedRecording&) = delete;
    ~SimulatedRecording() { sampler::switchOff(); }

    /// From here on random numbers follow from the seed.
    void reseed(std::uint64_t seed) {
        t_state.random = seed | 1;
        sampler::resample(t_state);
    }

    template <CostRule costRule>
    bool records(std::uint64_t size) {
        return !consume(costOf<costRule>(size)) && sampler::shouldSample<costRule>(t_state, size);
    }

    /// How many of `count` requests of one size are recorded. Those that do not end the countdown consume it together,
    /// which leaves it as if each had done so by itself.
    template <CostRule costRule>
    std::uint64_t recordedOf(std::uint64_t size, std::uint64_t count) {
        const std::int64_t cost = costOf<costRule>(size);
        if (cost == 0) return 0;
        std::uint64_t recorded = 0;
        while (count > 0) {
            const std::int64_t left = bytesUntilSample();
            const auto together = left < 0 ? 0 : std::min(count, static_cast<std::uint64_t>(left / cost));
            consume(static_cast<std::int64_t>(together) * cost);
            count -= together;
            if (count == 0) break;
            recorded += records<costRule>(size);
            --count;
        }
        return recorded;
    }
};

}  // namespace heapprof::accuracy
