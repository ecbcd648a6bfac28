// Estimates of one amount, from many recordings, against the truth.
#pragma once

#include <algorithm>
#include <cmath>

#include "core/state/estimate.h"

namespace heapprof::accuracy {

class Tally {
public:
    /// `unseen`: the most that may be there when nothing was recorded.
    Tally(double truth, double unseen) : m_truth(truth), m_unseen(unseen) {}

    void add(double estimate, double variance) {
        ++m_count;
        m_sum += estimate - m_truth;
        m_squares += (estimate - m_truth) * (estimate - m_truth);
        m_stated += variance;
        m_statedSquares += variance * variance;
        const Interval interval = estimate == 0 ? Interval{0, m_unseen} : interval95(estimate, variance);
        m_covered += interval.contains(m_truth);
    }

    /// The following are meaningful after the first add().
    double truth() const { return m_truth; }
    double count() const { return m_count; }
    /// One relative standard error: as the recordings say, on average, and as it was.
    double statedError() const { return std::sqrt(m_stated / m_count) / m_truth; }
    double error() const { return std::sqrt(m_squares / m_count) / m_truth; }
    /// The mean of the stated variances, and how well that mean is known.
    double statedVariance() const { return m_stated / m_count; }
    double statedVarianceError() const {
        return std::sqrt(std::max(0.0, m_statedSquares / m_count - statedVariance() * statedVariance()) / m_count);
    }
    /// How far the mean of the estimates is from the truth, in standard errors of that mean.
    double bias() const { return m_squares > 0 ? m_sum / std::sqrt(m_squares) : 0; }
    /// The part of all 95 % intervals that held the truth, and how well that part is known.
    double coverage() const { return m_covered / m_count; }
    double coverageError() const { return std::sqrt(0.95 * 0.05 / m_count); }

private:
    double m_truth;
    double m_unseen;
    double m_count = 0;
    double m_sum = 0;
    double m_squares = 0;
    double m_stated = 0;
    double m_statedSquares = 0;
    double m_covered = 0;
};

}  // namespace heapprof::accuracy
