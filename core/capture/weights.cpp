#include "core/capture/weights.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace heapprof {
namespace {

/// What variances have room for: a heap of 4 TiB, blocks of 1 GiB. Beyond that they wrap.
constexpr double kHeap = 0x1p42;
constexpr double kMaxSize = 0x1p30;
/// The least size that blocks have in plenty.
constexpr double kSmallSize = 16;

/// The power of two in which sums up to `greatest` are counted, to fit 62 bits.
double unitFor(double max) { return max > 0 ? std::ldexp(1.0, std::clamp(std::ilogb(max) - 61, 0, 1000)) : 1; }

double blockVariance(double p) { return p > 0 ? (1 - p) / (p * p) : 0; }

/// Of a heap of blocks that each have the variance v and are recorded with probability p: what its records add up to,
/// or a few of them where one is hardly to be expected.
double sumOf(double v, double p, double size) { return v * std::max(4.0, p * kHeap / size); }

/// Of bytes and of blocks, for a heap as large as that.
std::pair<double, double> greatestVariances(const Sampling& sampling) {
    double bytes = 0;
    double blocks = 0;
    if (sampling.mode == Sampling::Mode::ByBytes) {
        // s^2 (1 - p) / p^2 is at most the mean squared, and p at most s over the mean.
        bytes = sampling.meanBytes * std::max(4 * sampling.meanBytes, kHeap);
        const double p = sampling.probability(1);
        blocks = sumOf(blockVariance(p), p, kSmallSize);
    }
    for (const auto& range : sampling.ranges) {
        const double p = range.probability;
        const double size = std::min(static_cast<double>(range.bound), kMaxSize);
        bytes = std::max(bytes, sumOf(size * size * blockVariance(p), p, size));
        blocks = std::max(blocks, sumOf(blockVariance(p), p, kSmallSize));
    }
    return {bytes, blocks};
}

}  // namespace

Weights::Weights(const SamplingRules& rules) : m_different(rules.different()) {
    const auto isEverything = [](const Sampling& rule) { return rule.mode == Sampling::Mode::Everything; };
    m_exact = std::ranges::all_of(m_different, isEverything);
    if (m_exact) return;
    double bytes = 0, blocks = 0;
    for (const Sampling& rule : m_different) {
        const auto [ofBytes, ofBlocks] = greatestVariances(rule);
        bytes = std::max(bytes, ofBytes);
        blocks = std::max(blocks, ofBlocks);
    }
    m_bytesVarianceUnit = unitFor(bytes);
    m_blocksVarianceUnit = unitFor(blocks);
    const auto fill = [this](Cache& cache, const Sampling& rule) {
        for (std::size_t size = 0; size < kCached; ++size) cache[size] = compute(rule, size);
    };
    if (m_different.size() == 1) {
        fill(m_cache, m_different.front());
        m_cached = kCached;
        return;
    }
    m_caches.resize(m_different.size());
    for (std::size_t i = 0; i < m_caches.size(); ++i) fill(m_caches[i], m_different[i]);
    const auto numberOf = [this](const Sampling& rule) {
        return static_cast<std::size_t>(std::ranges::find(m_different, rule) - m_different.begin());
    };
    m_sections.push_back({TraceIndex(0), 0});
    for (const SamplingRules::Switch& each : rules.switches)
        m_sections.push_back({each.firstTrace, numberOf(each.sampling)});
}

/// Where m_cache does not have it.
[[gnu::noinline]] Amount Weights::find(TraceIndex trace, std::uint64_t size) const {
    if (m_sections.empty()) return compute(m_different.front(), size);
    const std::size_t rule = (std::ranges::upper_bound(m_sections, trace, {}, &Section::firstTrace) - 1)->rule;
    return size < kCached ? m_caches[rule][size] : compute(m_different[rule], size);
}

Amount Weights::compute(const Sampling& sampling, std::uint64_t size) const {
    const double p = sampling.probability(size);
    const double s = static_cast<double>(size);
    const auto fixed = [](double value, double unit) {
        return static_cast<std::int64_t>(std::llround(std::min(value / unit, 0x1p62)));
    };
    if (!(p > 0)) return {};  // never recorded: an event that claims otherwise stands for nothing
    const double variance = blockVariance(p);
    constexpr double kUnit = 1.0 / (1 << kFractionBits);
    return {fixed(s / p, kUnit), fixed(1 / p, kUnit), fixed(s * s * variance, m_bytesVarianceUnit),
            fixed(variance, m_blocksVarianceUnit)};
}

}  // namespace heapprof
