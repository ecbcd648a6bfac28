// Decides which requests are recorded, at the cost of a subtraction.
#pragma once

#include <array>
#include <cstdint>

#include "collector/sampling/countdown.h"
#include "collector/sampling/thread_state.h"
#include "core/capture/sampling.h"

namespace heapprof {

/// A request of n bytes costs -ln(1 - p(n)). Each thread has a countdown from a number drawn from the exponential
/// distribution; its requests consume it, and the request that ends it is recorded and followed by a new draw. The
/// distribution has no memory: each request is recorded independently with probability exactly p(n), and a countdown
/// may be drawn anew at any time.
///
/// ByBytes: the cost is n itself, and the draw has the sampling mean (a whole number of bytes, drawn geometrically).
/// ByRanges: the cost comes from a table, in units of 2^-57. None: everything is recorded, and there is no countdown.
enum class CostRule : std::uint8_t { ByBytes, ByRanges, None };

struct RangeCosts {
    static constexpr std::size_t kMaxSmall = 512;

    std::array<std::int64_t, kMaxSmall + 1> small{};  // by size
    std::array<std::uint64_t, Sampling::kMaxRanges> bound{};
    std::array<std::int64_t, Sampling::kMaxRanges + 1> cost{};  // the last one: beyond all bounds
    std::size_t count = 0;
};
[[gnu::visibility("hidden")]] extern constinit RangeCosts g_rangeCosts;

std::int64_t costByRange(std::size_t size);

template <CostRule costRule>
inline std::int64_t costOf(std::size_t size) {
    if constexpr (costRule == CostRule::ByBytes) return static_cast<std::int64_t>(size);
    return size <= RangeCosts::kMaxSmall ? g_rangeCosts.small[size] : costByRange(size);
}

namespace sampler {

/// Draws the calling thread's countdown anew.
void resample(ThreadState& thread);

/// True with this probability, by the thread's random numbers.
bool happens(ThreadState& thread, double probability);

/// The next recording begins, or none: every thread must join.
void beginEpoch();
/// Gets the random numbers of a recording from the system.
void seed();
/// Sets the sampling rule. Requires that no request is recorded.
void configure(const Sampling& sampling);
/// Starts recording requests by the rule. To be called after g_epoch has changed.
void switchOn(const Sampling& sampling);
/// Goes on by another rule, with another epoch: what was chosen by the one before and is not recorded yet, in a thread
/// without the GIL, is not. At most epochs::kSwitches - 1 times in a recording. Requires that the hooks count no
/// allocation.
void switchTo(const Sampling& sampling);
/// Stops recording requests.
void switchOff();
CostRule costRule(const Sampling& sampling);

/// Makes the thread join the current recording, or go on by its rule.
void join(ThreadState& thread);

/// Whether the countdown, which a request of this cost has just ended, was drawn by an earlier recording that used the
/// same countdown and drew alike.
bool isOldDraw(std::int64_t cost);

/// For a request that ended the countdown: resamples. False when the countdown was another recording's and the request
/// does not end the new one.
template <CostRule costRule>
bool shouldSample(ThreadState& thread, std::size_t size) {
    if (thread.epoch != currentEpoch()) {
        const bool isSample = isOldDraw(costOf<costRule>(size));
        join(thread);
        if (!isSample && consume(costOf<costRule>(size))) return false;
    }
    resample(thread);
    return true;
}

}  // namespace sampler
}  // namespace heapprof
