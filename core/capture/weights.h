// What one recorded block stands for: the Horvitz-Thompson estimate and its variance, in fixed point.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/amount.h"
#include "core/capture/event.h"
#include "core/capture/sampling.h"

namespace heapprof {

/// The amounts that single recorded blocks stand for: of a block of size s, recorded with probability p, s / p bytes
/// and 1 / p blocks, with the variances s^2 (1 - p) / p^2 and (1 - p) / p^2.
///
/// They are integers that follow from the size and the sampling rule alone, which is the trace's: a free takes away
/// exactly what its allocation added, and a heap that empties reads exactly zero. With everything recorded the unit is
/// one byte and one block and the variances are 0; otherwise, also where only one of several rules samples, bytes and
/// blocks carry 16 binary digits after the point, and variances are scaled down, where that is needed, for those of a
/// heap of 4 TiB to fit 64 bits. One block never stands for more than 2^46 bytes.
/// Never allocates after construction.
class Weights {
public:
    explicit Weights(const SamplingRules& rules);

    /// Of a block of `trace`: of one that is not known yet, too.
    Amount of(TraceIndex trace, std::uint64_t size) const {
        if (m_exact) return ofExact(size);
        return size < m_cached ? m_cache[size] : find(trace, size);
    }
    /// Of an event's block, whatever happens to it.
    Amount of(const Event& event) const { return of(event.trace, event.size); }

    /// Has the last switch of the rules happened at this trace. Allocates nothing.
    void moveLastRule(TraceIndex firstTrace) {
        if (!m_sections.empty()) m_sections.back().firstTrace = firstTrace;
    }

    /// What an event does to live memory: it adds its block, or takes it away.
    Amount change(const Event& event) const { return of(event).withSign(-static_cast<std::int64_t>(event.kind)); }

    /// Whether everything was recorded, so that weights are plain bytes and blocks.
    bool exact() const { return m_exact; }

    /// From fixed point to whole bytes or blocks, rounded to the nearest.
    std::int64_t whole(std::int64_t fixed) const {
        return m_exact ? fixed : (fixed + (1 << (kFractionBits - 1))) >> kFractionBits;
    }
    /// The reverse.
    std::int64_t fixed(std::int64_t whole) const { return m_exact ? whole : whole * kRestUnit; }
    /// What whole() leaves of `fixed`, in units of 1 / kRestUnit.
    std::int32_t rest(std::int64_t fixed) const {
        return m_exact ? 0 : static_cast<std::int32_t>(fixed - whole(fixed) * kRestUnit);
    }
    static constexpr std::int32_t kRestUnit = 1 << 16;
    /// From fixed point to bytes^2 and blocks^2.
    double bytesVariance(std::int64_t fixed) const { return static_cast<double>(fixed) * m_bytesVarianceUnit; }
    double blocksVariance(std::int64_t fixed) const { return static_cast<double>(fixed) * m_blocksVarianceUnit; }
    double variance(std::int64_t fixed, Measure measure) const {
        return measure == Measure::ByteCount ? bytesVariance(fixed) : blocksVariance(fixed);
    }

    /// The weight of a block when exact().
    static Amount ofExact(std::uint64_t size) { return {static_cast<std::int64_t>(size & kMaxExactSize), 1, 0, 0}; }

private:
    static constexpr std::size_t kCached = 1024;
    static constexpr int kFractionBits = 16;
    static constexpr std::uint64_t kMaxExactSize = (std::uint64_t{1} << 62) - 1;

    using Cache = std::array<Amount, kCached>;
    /// The number of the rule for the traces from this one on.
    struct Section {
        TraceIndex firstTrace;
        std::size_t rule;
    };

    Amount find(TraceIndex trace, std::uint64_t size) const;
    Amount compute(const Sampling& sampling, std::uint64_t size) const;

    bool m_exact = true;
    std::uint64_t m_cached = 0;      // sizes below are in m_cache: none when there are several rules
    double m_bytesVarianceUnit = 1;  // powers of two
    double m_blocksVarianceUnit = 1;
    Cache m_cache{};
    std::vector<Sampling> m_different;  // rules
    // Of several ones.
    std::vector<Cache> m_caches;
    std::vector<Section> m_sections;
};

}  // namespace heapprof
