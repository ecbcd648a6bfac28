#include "core/capture/weights.h"

#include <algorithm>
#include <cmath>

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

}  // namespace

Weights::Weights(const Sampling& sampling)
    : m_sampling(sampling), m_exact(sampling.mode == Sampling::Mode::Everything) {
    if (m_exact) return;
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
    m_bytesVarianceUnit = unitFor(bytes);
    m_blocksVarianceUnit = unitFor(blocks);
    for (std::size_t size = 0; size < kCached; ++size) m_cache[size] = compute(size);
}

Amount Weights::compute(std::uint64_t size) const {
    const double p = m_sampling.probability(size);
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
