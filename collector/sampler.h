// Decides which requests are recorded, for the price of a subtraction.
#pragma once

#include <array>
#include <cstdint>

#include "collector/thread_state.h"
#include "core/capture/sampling.h"

namespace heapprof {

/// A request of n bytes costs -ln(1 - p(n)); each thread draws a budget from the exponential distribution, pays for its
/// requests, and the request that it cannot pay is recorded and followed by a new draw. The distribution has no memory,
/// so each request is recorded independently with probability exactly p(n), and a draw may be thrown away at any time.
///
/// By bytes the cost is n itself and the draw has the sampling mean (rounded up: a budget of whole bytes, drawn
/// geometrically). By ranges the cost comes from a table, in units of 2^-57. Recording everything is a budget of 0.
enum class Pricing : std::uint8_t { ByBytes, ByRanges };

struct RangePrices {
    static constexpr std::size_t kTabled = 4096;

    std::array<std::uint8_t, kTabled> rangeOf{};  // of each small size
    std::array<std::uint64_t, Sampling::kMaxRanges> bound{};
    std::array<std::int64_t, Sampling::kMaxRanges + 1> price{};  // the last one: beyond all bounds
    std::size_t count = 0;
};
extern constinit RangePrices g_rangePrices;

std::int64_t priceBeyondTable(std::size_t size);

template <Pricing pricing>
inline std::int64_t priceOf(std::size_t size) {
    if constexpr (pricing == Pricing::ByBytes) return static_cast<std::int64_t>(size);
    if (size < RangePrices::kTabled) [[likely]]
        return g_rangePrices.price[g_rangePrices.rangeOf[size]];
    return priceBeyondTable(size);
}

/// Pays for a request. False when the budget does not suffice, or belongs to another recording: ask the slow path.
template <Pricing pricing>
inline bool pay(ThreadState& thread, std::size_t size) {
    const std::int64_t price = priceOf<pricing>(size);
    if (thread.countdown <= price || thread.epoch != currentEpoch()) [[unlikely]]
        return false;
    thread.countdown -= price;
    return true;
}

namespace sampler {

/// Sets the rule; while nothing is being recorded.
void configure(const Sampling& sampling);
/// No request is recorded.
void switchOff();
Pricing pricing(const Sampling& sampling);

/// Gives the thread a new budget.
void draw(ThreadState& thread);
/// Lets the thread take part in the present recording.
void join(ThreadState& thread);

}  // namespace sampler
}  // namespace heapprof
