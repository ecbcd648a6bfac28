#include "core/capture/weights.h"

#include <algorithm>

namespace heapprof {
namespace {

/// The binary exponent by which values up to `greatest` are scaled down to fit 40 bits.
int shiftFor(double greatest) { return greatest > 0 ? std::max(0, std::ilogb(greatest) - 39) : 0; }

double blockVariance(double p) { return p > 0 ? (1 - p) / (p * p) : 0; }

}  // namespace

Weights::Weights(const Sampling& sampling)
    : m_sampling(sampling), m_exact(sampling.mode == Sampling::Mode::Everything) {
    if (m_exact) return;
    double widestBytes = 0;
    double widestBlocks = 0;
    if (sampling.mode == Sampling::Mode::ByBytes) {
        widestBytes = sampling.meanBytes * sampling.meanBytes;  // the limit of s^2 (1 - p) / p^2 for small s
        widestBlocks = blockVariance(sampling.probability(1));
    }
    for (const auto& range : sampling.ranges) {
        const double variance = blockVariance(range.probability);
        widestBlocks = std::max(widestBlocks, variance);
        widestBytes =
            std::max(widestBytes, variance * static_cast<double>(range.bound) * static_cast<double>(range.bound));
    }
    m_bytesVarianceShift = shiftFor(widestBytes);
    m_blocksVarianceShift = shiftFor(widestBlocks);
    for (std::size_t size = 0; size < kCached; ++size) m_cache[size] = compute(size);
}

Weight Weights::compute(std::uint64_t size) const {
    const double p = m_sampling.probability(size);
    const double s = static_cast<double>(size);
    const auto fixed = [](double value, int exponent) {
        return static_cast<std::int64_t>(
            std::llround(std::ldexp(std::min(value, std::ldexp(1.0, 46 + 16 - std::max(exponent, 0))), exponent)));
    };
    if (!(p > 0)) return {};  // never recorded: an event that claims otherwise stands for nothing
    const double variance = blockVariance(p);
    return {fixed(s / p, kFractionBits), fixed(1 / p, kFractionBits), fixed(s * s * variance, -m_bytesVarianceShift),
            fixed(variance, -m_blocksVarianceShift)};
}

}  // namespace heapprof
