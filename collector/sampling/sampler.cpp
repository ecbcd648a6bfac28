#include "collector/sampling/sampler.h"

#include <sys/random.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

namespace heapprof {

constinit RangePrices g_rangePrices{};

namespace {

/// Budgets stay below 45 units of 1.0, so that this scale fits 63 bits; a probability of 1e-15 still has three digits.
constexpr double kRangeUnit = 0x1p57;
/// More than any budget.
constexpr std::int64_t kAlways = std::numeric_limits<std::int64_t>::max();

constinit std::size_t s_budget = budgets::kNothing;
constinit std::size_t s_sampledRecordings = 0;
constinit double s_mean = 0;
/// Every thread takes the next of its values as its seed: an address would come back with the next thread's stack.
constinit std::atomic<std::uint64_t> s_seeds = 0;

constexpr std::uint64_t kGamma = 0x9E3779B97F4A7C15u;

/// SplitMix64, Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

std::uint64_t nextRandom(std::uint64_t& state) { return mix(state += kGamma); }

/// Between 0 and 1, both exclusive.
double uniform(ThreadState& thread) {
    if (thread.random == 0) thread.random = mix(mix(s_seeds.fetch_add(kGamma, std::memory_order_relaxed)) + 1) | 1;
    return (static_cast<double>(nextRandom(thread.random) >> 11) + 0.5) * 0x1p-53;
}

std::int64_t priceOfProbability(double probability) {
    return probability >= 1 ? kAlways : static_cast<std::int64_t>(std::llround(-std::log1p(-probability) * kRangeUnit));
}

}  // namespace

std::int64_t priceByRange(std::size_t size) {
    std::size_t range = 0;
    while (range < g_rangePrices.count && size >= g_rangePrices.bound[range]) ++range;
    return g_rangePrices.price[range];
}

Pricing sampler::pricing(const Sampling& sampling) {
    switch (sampling.mode) {
        case Sampling::Mode::Everything:
            return Pricing::None;
        case Sampling::Mode::ByRanges:
            return Pricing::ByRanges;
        default:
            return Pricing::ByBytes;
    }
}

void sampler::configure(const Sampling& sampling) {
    std::uint64_t seed;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed) {
        timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        seed = static_cast<std::uint64_t>(now.tv_nsec) * kGamma + static_cast<std::uint64_t>(now.tv_sec);
    }
    s_seeds.store(seed, std::memory_order_relaxed);
    s_mean = sampling.mode == Sampling::Mode::ByBytes ? sampling.meanBytes : kRangeUnit;
    if (sampling.mode != Sampling::Mode::ByRanges) return;
    g_rangePrices.count = sampling.ranges.size();
    for (std::size_t i = 0; i < sampling.ranges.size(); ++i) {
        g_rangePrices.bound[i] = sampling.ranges[i].bound;
        g_rangePrices.price[i] = priceOfProbability(sampling.ranges[i].probability);
    }
    g_rangePrices.price[g_rangePrices.count] = kAlways;
    for (std::size_t size = 0; size <= RangePrices::kGreatestSmall; ++size)
        g_rangePrices.small[size] = priceByRange(size);
}

void sampler::switchOn(const Sampling& sampling) {
    if (sampling.mode == Sampling::Mode::Everything)
        s_budget = budgets::kEverything;
    else
        s_budget = budgets::kFirstSampled + s_sampledRecordings++ % budgets::kSampled;
    useBudget(s_budget);
}

void sampler::switchOff() {
    s_budget = budgets::kNothing;
    useBudget(s_budget);
}

void sampler::join(ThreadState& thread) {
    thread.epoch = currentEpoch();
    thread.thread = 0;
    thread.random = 0;
    // What earlier recordings left there means nothing.
    std::fill(t_budgets.begin() + budgets::kFirstSampled, t_budgets.end(), std::int64_t{-1});
    draw(thread);
}

void sampler::draw(ThreadState& thread) {
    if (s_budget < budgets::kFirstSampled) {
        t_budgets[s_budget] = s_budget == budgets::kNothing ? budgets::kEnough : -1;
        return;
    }
    // A budget of n pays for n; that the geometric draw starts at 1 is what the rest of it must not pay.
    const auto budget = static_cast<std::int64_t>(std::ceil(-std::log(uniform(thread)) * s_mean));
    t_budgets[s_budget] = std::max<std::int64_t>(budget, 1) - 1;
}

bool sampler::happens(ThreadState& thread, double probability) {
    return probability >= 1 || uniform(thread) < probability;
}

}  // namespace heapprof
