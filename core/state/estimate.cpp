#include "core/state/estimate.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace heapprof {
namespace {

const double kUnseen = -std::log(0.05);

}  // namespace

Interval interval95(double estimate, double variance) {
    const double error = std::sqrt(variance);
    if (!(estimate > 0) || !(variance > 0)) return {estimate - kQuantile95 * error, estimate + kQuantile95 * error};
    const double factor = std::exp(kQuantile95 * error / estimate);
    return {estimate / factor, estimate * factor};
}

double Share::error() const { return std::sqrt(variance); }

Share shareOf(const Usage& part, const Usage& whole) {
    if (whole.bytes == 0) return {};
    const auto total = static_cast<double>(whole.bytes);
    const double share = static_cast<double>(part.bytes) / total;
    // Of f = a / (a + b), a and b independent: ((1 - f)^2 V(a) + f^2 V(b)) / (a + b)^2.
    const double rest = std::max(0.0, whole.bytesVariance - part.bytesVariance);
    return {share, ((1 - share) * (1 - share) * part.bytesVariance + share * share * rest) / (total * total)};
}

PartEstimate estimateOf(const Usage& part, const Usage& whole, const Sampling& sampling) {
    Interval interval = interval95(static_cast<double>(part.bytes), part.bytesVariance);
    if (part.bytes == 0) interval.greatest = mostBytesUnseen(sampling);
    return {part, interval, shareOf(part, whole)};
}

double effectiveRecords(double estimate, double variance) {
    return variance > 0 ? estimate * estimate / variance : std::numeric_limits<double>::infinity();
}

double mostBytesUnseen(const Sampling& sampling) {
    switch (sampling.mode) {
        case Sampling::Mode::Everything:
            return 0;
        case Sampling::Mode::ByBytes:
            return kUnseen * sampling.meanBytes;
        case Sampling::Mode::ByRanges:
            break;
    }
    double most = 0;
    for (const auto& range : sampling.ranges)  // n blocks stay unseen with probability (1 - p)^n
        most = std::max(most, kUnseen * static_cast<double>(range.bound - 1) / -std::log1p(-range.probability));
    return most;
}

}  // namespace heapprof
