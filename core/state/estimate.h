// Memory as people read it, and how well it is known.
#pragma once

#include <cstdint>

#include "core/amount.h"
#include "core/capture/sampling.h"
#include "core/capture/weights.h"

namespace heapprof {

/// An Amount as people read it: whole bytes and blocks, and their variances. Signed: a difference may shrink. Sums and
/// differences are exact: what rounding leaves is kept, so the sum of many parts is the number that the whole shows
/// anywhere else.
struct Estimate {
    std::int64_t bytes = 0;
    std::int64_t blocks = 0;
    double bytesVariance = 0;  ///< bytes^2; 0 when everything was recorded
    double blocksVariance = 0;
    std::int32_t bytesRest = 0;  ///< the exact amount, less `bytes`: in units of 1 / Weights::kRestUnit
    std::int32_t blocksRest = 0;

    Estimate& operator+=(const Estimate& other);
    /// Variances add up all the same: an upper bound of the difference's.
    Estimate& operator-=(const Estimate& other);
    std::int64_t of(Measure measure) const { return measure == Measure::ByteCount ? bytes : blocks; }
    double varianceOf(Measure measure) const { return measure == Measure::ByteCount ? bytesVariance : blocksVariance; }
    /// One standard error.
    double errorOf(Measure measure) const;
    double bytesError() const { return errorOf(Measure::ByteCount); }
    bool operator==(const Estimate&) const = default;
};

Estimate estimateOf(const Amount& amount, const Weights& weights);

/// Rounds amounts to whole bytes or blocks one after the other so that they add up: what of() has returned so far is
/// together the sum of its arguments, rounded once. No amount is more than one off.
class WholeAmounts {
public:
    explicit WholeAmounts(Measure measure = Measure::ByteCount) : m_measure(measure) {}

    std::int64_t of(const Estimate& usage) {
        const std::int64_t before = m_sum.of(m_measure);
        m_sum += usage;
        return m_sum.of(m_measure) - before;
    }

private:
    Measure m_measure;
    Estimate m_sum;
};

struct Interval {
    double min = 0;
    double max = 0;

    bool contains(double value) const { return min <= value && value <= max; }
};

/// Half a 95 % interval is so many standard errors, where errors are normally distributed.
inline constexpr double kQuantile95 = 1.96;

/// Holds the true amount in 95 of 100 recordings, where effectiveRecords() is 15 or more and the variance, too, rests
/// on more than a few records: estimate * exp(+-1.96 error / estimate). By bytes that follows; by ranges, and for the
/// number of blocks, what is recorded most sparsely may be missing in the sample and in its variance. What is not above
/// zero, as a difference may be, has estimate +- 1.96 error. Without variance the amount is known exactly.
Interval interval95(double estimate, double variance);
Interval interval95(const Estimate& usage, Measure measure);

struct Share {
    double part = 0;      ///< of 1
    double variance = 0;  ///< of that

    /// One standard error.
    double error() const;
};

/// What a part has by what the whole has that holds it. What both have recorded together says nothing about the
/// share, so it is known better than the part itself; nothing is known about a share of nothing, which is 0.
Share shareOf(const Estimate& part, const Estimate& whole, Measure measure = Measure::ByteCount);

/// What is known of a part of a snapshot.
struct PartEstimate {
    Estimate usage;
    Interval interval;  ///< 95 %, of its bytes
    Share share;        ///< of the whole
};
/// Of a part of which nothing was recorded the interval says how much memory may have been missed.
PartEstimate estimateOfPart(const Estimate& part, const Estimate& whole, const SamplingRules& rules);

/// How many records of equal weight would tell as much; infinite for what is known exactly.
double effectiveRecords(double estimate, double variance);

/// Memory of which nothing was recorded is less than that, in 95 of 100 recordings: 3 times the mean bytes between
/// records; by ranges what the range recorded most sparsely may hide, infinite when there is one never recorded.
double maxBytesUnseen(const Sampling& sampling);
/// By the rule that hides most.
double maxBytesUnseen(const SamplingRules& rules);

}  // namespace heapprof
