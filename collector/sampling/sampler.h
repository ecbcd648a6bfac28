// Decides which requests are recorded, for the price of a subtraction.
#pragma once

#include <array>
#include <cstdint>

#include "collector/sampling/budget.h"
#include "collector/sampling/thread_state.h"
#include "core/capture/sampling.h"

namespace heapprof {

/// A request of n bytes costs -ln(1 - p(n)); each thread draws a budget from the exponential distribution, pays for its
/// requests, and the request that it cannot pay is recorded and followed by a new draw. The distribution has no memory,
/// so each request is recorded independently with probability exactly p(n), and a draw may be thrown away at any time.
///
/// By bytes the cost is n itself and the draw has the sampling mean (a budget of whole bytes, drawn geometrically). By
/// ranges the cost comes from a table, in units of 2^-57. When everything is recorded no budget is asked.
enum class Pricing : std::uint8_t { ByBytes, ByRanges, None };

struct RangePrices {
    static constexpr std::size_t kGreatestSmall = 512;

    std::array<std::int64_t, kGreatestSmall + 1> small{};  // by size
    std::array<std::uint64_t, Sampling::kMaxRanges> bound{};
    std::array<std::int64_t, Sampling::kMaxRanges + 1> price{};  // the last one: beyond all bounds
    std::size_t count = 0;
};
extern constinit RangePrices g_rangePrices;

std::int64_t priceByRange(std::size_t size);

template <Pricing pricing>
inline std::int64_t priceOf(std::size_t size) {
    if constexpr (pricing == Pricing::ByBytes) return static_cast<std::int64_t>(size);
    return size <= RangePrices::kGreatestSmall ? g_rangePrices.small[size] : priceByRange(size);
}

namespace sampler {

/// Gives the calling thread a new budget.
void draw(ThreadState& thread);

/// Whether something of this probability happens now, decided by the thread's random numbers.
bool happens(ThreadState& thread, double probability);

/// Sets the rule; while nothing is being recorded.
void configure(const Sampling& sampling);
/// From here on requests are recorded by the rule. All threads know the recording's epoch by now.
void switchOn(const Sampling& sampling);
/// No request is recorded.
void switchOff();
Pricing pricing(const Sampling& sampling);

/// Lets the thread take part in the present recording.
void join(ThreadState& thread);

/// For a request that could not pay: draws anew. False when all that was wrong is that the budget belonged to another
/// recording: the request is not one to record.
template <Pricing pricing>
bool triggers(ThreadState& thread, std::size_t size) {
    if (thread.epoch != currentEpoch()) {
        join(thread);
        if (pay(priceOf<pricing>(size))) return false;
    }
    draw(thread);
    return true;
}

}  // namespace sampler
}  // namespace heapprof
