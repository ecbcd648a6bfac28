#include "core/state/estimate.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace heapprof {
namespace {

const double kUnseen = -std::log(0.05);

/// Moves from the rest to the whole number what rounds to one.
void carry(std::int64_t& whole, std::int32_t& rest) {
    constexpr std::int32_t kHalf = Weights::kRestUnit / 2;
    if (rest >= kHalf) {
        whole = wrappingAdd(whole, 1);
        rest -= Weights::kRestUnit;
    } else if (rest < -kHalf) {
        whole = wrappingSubtract(whole, 1);
        rest += Weights::kRestUnit;
    }
}

}  // namespace

Estimate& Estimate::operator+=(const Estimate& other) {
    bytes = wrappingAdd(bytes, other.bytes);
    blocks = wrappingAdd(blocks, other.blocks);
    bytesVariance += other.bytesVariance;
    blocksVariance += other.blocksVariance;
    carry(bytes, bytesRest += other.bytesRest);
    carry(blocks, blocksRest += other.blocksRest);
    return *this;
}

Estimate& Estimate::operator-=(const Estimate& other) {
    bytes = wrappingSubtract(bytes, other.bytes);
    blocks = wrappingSubtract(blocks, other.blocks);
    bytesVariance += other.bytesVariance;
    blocksVariance += other.blocksVariance;
    carry(bytes, bytesRest -= other.bytesRest);
    carry(blocks, blocksRest -= other.blocksRest);
    return *this;
}

double Estimate::errorOf(Measure measure) const { return std::sqrt(varianceOf(measure)); }

Estimate estimateOf(const Amount& amount, const Weights& weights) {
    return {weights.whole(amount.bytes),
            weights.whole(amount.blocks),
            weights.bytesVariance(amount.bytesVariance),
            weights.blocksVariance(amount.blocksVariance),
            weights.rest(amount.bytes),
            weights.rest(amount.blocks)};
}

Interval interval95(double estimate, double variance) {
    const double error = std::sqrt(variance);
    if (!(estimate > 0) || !(variance > 0)) return {estimate - kQuantile95 * error, estimate + kQuantile95 * error};
    const double factor = std::exp(kQuantile95 * error / estimate);
    return {estimate / factor, estimate * factor};
}

Interval interval95(const Estimate& usage, Measure measure) {
    return interval95(static_cast<double>(usage.of(measure)), usage.varianceOf(measure));
}

double Share::error() const { return std::sqrt(variance); }

Share shareOf(const Estimate& part, const Estimate& whole, Measure measure) {
    if (whole.of(measure) == 0) return {};
    const auto total = static_cast<double>(whole.of(measure));
    const double share = static_cast<double>(part.of(measure)) / total;
    const double variance = part.varianceOf(measure);
    // Of f = a / (a + b), a and b independent: ((1 - f)^2 V(a) + f^2 V(b)) / (a + b)^2.
    const double rest = std::max(0.0, whole.varianceOf(measure) - variance);
    return {share, ((1 - share) * (1 - share) * variance + share * share * rest) / (total * total)};
}

PartEstimate estimateOfPart(const Estimate& part, const Estimate& whole, const SamplingRules& rules) {
    Interval interval = interval95(part, Measure::ByteCount);
    if (part.bytes == 0) interval.max = maxBytesUnseen(rules);
    return {part, interval, shareOf(part, whole)};
}

double effectiveRecords(double estimate, double variance) {
    return variance > 0 ? estimate * estimate / variance : std::numeric_limits<double>::infinity();
}

double maxBytesUnseen(const Sampling& sampling) {
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

double maxBytesUnseen(const SamplingRules& rules) {
    double most = 0;
    for (const Sampling& rule : rules.different()) most = std::max(most, maxBytesUnseen(rule));
    return most;
}

}  // namespace heapprof
