// What one recorded block stands for: the Horvitz-Thompson estimate and its variance, in fixed point.
#pragma once

#include <array>
#include <cstdint>

#include "core/capture/sampling.h"

namespace heapprof {

/// What a recorded block adds to the totals, in the fixed-point units of its Weights.
struct Weight {
    std::int64_t bytes = 0;           ///< s / p
    std::int64_t blocks = 0;          ///< 1 / p
    std::int64_t bytesVariance = 0;   ///< s^2 (1 - p) / p^2
    std::int64_t blocksVariance = 0;  ///< (1 - p) / p^2
};

/// Weights are integers that follow from the size and the sampling rule alone: a free takes away exactly what its
/// allocation added, and a heap that empties reads exactly zero. With everything recorded the unit is one byte and one
/// block and the variances are 0; otherwise bytes and blocks carry 16 binary digits after the point, and variances are
/// scaled down, where that is needed, for those of a heap of 4 TiB to fit 64 bits. One block never stands for more than
/// 2^46 bytes.
/// Never allocates after construction.
class Weights {
public:
    explicit Weights(const Sampling& sampling);

    Weight of(std::uint64_t size) const {
        if (m_exact) return ofExact(size);
        return size < kCached ? m_cache[size] : compute(size);
    }

    /// Whether everything was recorded, so that weights are plain bytes and blocks.
    bool exact() const { return m_exact; }

    /// From fixed point to whole bytes or blocks, rounded to the nearest.
    std::int64_t whole(std::int64_t fixed) const {
        return m_exact ? fixed : (fixed + (1 << (kFractionBits - 1))) >> kFractionBits;
    }
    /// What whole() leaves of `fixed`, in units of 1 / kRestUnit.
    std::int32_t rest(std::int64_t fixed) const {
        return m_exact ? 0 : static_cast<std::int32_t>(fixed - whole(fixed) * kRestUnit);
    }
    static constexpr std::int32_t kRestUnit = 1 << 16;
    /// From fixed point to bytes^2 and blocks^2.
    double bytesVariance(std::int64_t fixed) const { return static_cast<double>(fixed) * m_bytesVarianceUnit; }
    double blocksVariance(std::int64_t fixed) const { return static_cast<double>(fixed) * m_blocksVarianceUnit; }

    /// The weight of a block when exact().
    static Weight ofExact(std::uint64_t size) { return {static_cast<std::int64_t>(size & kMaxExactSize), 1, 0, 0}; }

private:
    static constexpr std::size_t kCached = 1024;
    static constexpr int kFractionBits = 16;
    static constexpr std::uint64_t kMaxExactSize = (std::uint64_t{1} << 62) - 1;

    Weight compute(std::uint64_t size) const;

    Sampling m_sampling;
    bool m_exact;
    double m_bytesVarianceUnit = 1;  // powers of two
    double m_blocksVarianceUnit = 1;
    std::array<Weight, kCached> m_cache{};
};

}  // namespace heapprof
