#include "collector/sampling/sampler.h"

#include <sys/random.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <utility>

namespace heapprof {

constinit RangeCosts g_rangeCosts{};

namespace {

/// Draws are below 45 units of 1.0, so that they fit 63 bits at this scale; a probability of 1e-15 has three digits.
constexpr double kRangeUnit = 0x1p57;
/// More than any draw.
constexpr std::int64_t kAlways = std::numeric_limits<std::int64_t>::max();

constinit std::size_t s_countdown = countdowns::kNothing;
constinit double s_mean = 0;
/// Of each countdown that samples: the mean that all recordings have drawn it with; 0: none has, -1: they differ.
constinit std::array<double, countdowns::kSampled> s_means{};
constinit std::size_t s_otherMeans = 0;  // how often no countdown had been drawn with the mean
/// Each thread takes the next value as its seed. (An address as the seed might come again in another thread.)
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

std::int64_t costOfProbability(double probability) {
    return probability >= 1 ? kAlways : static_cast<std::int64_t>(std::llround(-std::log1p(-probability) * kRangeUnit));
}

}  // namespace

std::int64_t costByRange(std::size_t size) {
    std::size_t range = 0;
    while (range < g_rangeCosts.count && size >= g_rangeCosts.bound[range]) ++range;
    return g_rangeCosts.cost[range];
}

CostRule sampler::costRule(const Sampling& sampling) {
    switch (sampling.mode) {
        case Sampling::Mode::Everything:
            return CostRule::None;
        case Sampling::Mode::ByRanges:
            return CostRule::ByRanges;
        default:
            return CostRule::ByBytes;
    }
}

void sampler::beginEpoch() {
    __atomic_store_n(&g_epoch, (currentEpoch() / epochs::kSwitches + 1) * epochs::kSwitches, __ATOMIC_RELEASE);
}

void sampler::seed() {
    std::uint64_t seed;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed) {
        timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        seed = static_cast<std::uint64_t>(now.tv_nsec) * kGamma + static_cast<std::uint64_t>(now.tv_sec);
    }
    s_seeds.store(seed, std::memory_order_relaxed);
}

void sampler::configure(const Sampling& sampling) {
    s_mean = sampling.mode == Sampling::Mode::ByBytes ? sampling.meanBytes : kRangeUnit;
    if (sampling.mode != Sampling::Mode::ByRanges) return;
    g_rangeCosts.count = sampling.ranges.size();
    for (std::size_t i = 0; i < sampling.ranges.size(); ++i) {
        g_rangeCosts.bound[i] = sampling.ranges[i].bound;
        g_rangeCosts.cost[i] = costOfProbability(sampling.ranges[i].probability);
    }
    g_rangeCosts.cost[g_rangeCosts.count] = kAlways;
    for (std::size_t size = 0; size <= RangeCosts::kMaxSmall; ++size) g_rangeCosts.small[size] = costByRange(size);
}

void sampler::switchOn(const Sampling& sampling) {
    if (sampling.mode == Sampling::Mode::Everything) {
        s_countdown = countdowns::kEverything;
    } else {
        const auto drawnAlike = std::ranges::find(s_means, s_mean);
        const std::size_t which = drawnAlike != s_means.end() ? static_cast<std::size_t>(drawnAlike - s_means.begin())
                                                              : s_otherMeans++ % countdowns::kSampled;
        s_means[which] = s_means[which] == 0 || s_means[which] == s_mean ? s_mean : -1;
        s_countdown = countdowns::kFirstSampled + which;
    }
    useCountdown(s_countdown);
}

void sampler::switchTo(const Sampling& sampling) {
    switchOff();
    __atomic_fetch_add(&g_epoch, 1, __ATOMIC_RELEASE);
    configure(sampling);
    switchOn(sampling);
}

void sampler::switchOff() {
    s_countdown = countdowns::kNothing;
    useCountdown(s_countdown);
}

bool sampler::isOldDraw(std::int64_t cost) {
    constexpr std::int64_t kNotDrawn = -1;
    return s_countdown >= countdowns::kFirstSampled && s_means[s_countdown - countdowns::kFirstSampled] > 0 &&
           t_countdowns[s_countdown] + cost != kNotDrawn;
}

void sampler::join(ThreadState& thread) {
    const std::uint32_t before = std::exchange(thread.epoch, currentEpoch());
    if (!epochs::isSameRecording(before, thread.epoch)) {
        thread.thread = 0;
        thread.errands = 0;
        thread.random = 0;
    }
    // Drop the countdowns of earlier recordings and rules.
    std::fill(t_countdowns.begin() + countdowns::kFirstSampled, t_countdowns.end(), std::int64_t{-1});
    resample(thread);
}

void sampler::resample(ThreadState& thread) {
    if (s_countdown < countdowns::kFirstSampled) {
        t_countdowns[s_countdown] = s_countdown == countdowns::kNothing ? countdowns::kNeverSamples : -1;
        return;
    }
    // A countdown from n survives a cost of n, while the request at the n-th byte, counted from 1, is to be recorded.
    const auto bytes = static_cast<std::int64_t>(std::ceil(-std::log(uniform(thread)) * s_mean));
    t_countdowns[s_countdown] = std::max<std::int64_t>(bytes, 1) - 1;
}

bool sampler::happens(ThreadState& thread, double probability) {
    return probability >= 1 || uniform(thread) < probability;
}

}  // namespace heapprof
