#include "core/blocks/growth.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "core/blocks/window_minima.h"

namespace heapprof {
namespace {

constexpr std::size_t kStride = 3;  // windows that a change is taken over
constexpr double kQuantile = 1.96;
/// The standard deviation of normally distributed values over their median deviation; and the standard error of their
/// median over that of their mean.
constexpr double kDeviation = 1.4826;
constexpr double kMedianError = 1.2533;

double medianOf(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    const double upper = *middle;
    return values.size() % 2 ? upper : (upper + *std::max_element(values.begin(), middle)) / 2;
}

/// Lower envelope from the right plus running minimum: the rises and falls that last.
std::vector<double> monotoneEnvelope(std::span<const double> minima) {
    std::vector<double> sums(minima.begin(), minima.end());
    for (std::size_t i = sums.size() - 1; i-- > 0;) sums[i] = std::min(sums[i], sums[i + 1]);
    double minSoFar = minima.front();
    for (std::size_t i = 0; i < sums.size(); ++i) {
        minSoFar = std::min(minSoFar, minima[i]);
        sums[i] += minSoFar;
    }
    return sums;
}

Growth growthOf(std::uint32_t group, const WindowMinima& found, const Weights& weights, Measure measure,
                double windowSeconds) {
    const Amount &first = found.first[group], &last = found.last[group];
    std::array<double, kGrowthWindows> minima{};
    for (std::size_t i = 0; i < kGrowthWindows; ++i)
        minima[i] = static_cast<double>(weights.whole(found.minima[group][i]));
    const Trend slope = trendOf(minima);
    const double variance = std::abs(weights.variance(last.varianceOf(measure), measure) -
                                     weights.variance(first.varianceOf(measure), measure));
    const double ofSampling = std::sqrt(variance) / static_cast<double>(kGrowthWindows);
    return {group,
            slope.value / windowSeconds,
            std::hypot(slope.error, ofSampling) / windowSeconds,
            weights.whole(first.of(measure)),
            weights.whole(last.of(measure)),
            {minima.begin(), minima.end()}};
}

}  // namespace

double Growth::slopeLowerBound() const {
    return std::copysign(std::max(0.0, std::abs(slope) - kQuantile * error), slope);
}

Trend trendOf(std::span<const double> minima) {
    const std::vector<double> sums = monotoneEnvelope(minima);
    std::vector<double> changes;
    for (std::size_t i = kStride; i < sums.size(); ++i)
        changes.push_back((sums[i] - sums[i - kStride]) / static_cast<double>(kStride));
    const double slope = medianOf(changes);
    for (double& change : changes) change = std::abs(change - slope);
    const double independent = static_cast<double>(minima.size() - 1) / static_cast<double>(kStride);
    return {slope, kMedianError * kDeviation * medianOf(changes) / std::sqrt(independent)};
}

std::vector<Growth> growthBetween(const Recording& recording, const GrowthRequest& request, const TraceSet& traces,
                                  std::stop_token stop) {
    const Micros from = std::max(request.from, Micros(-1)), to = std::min(request.to, recording.end());
    if (to <= from) return {};
    const TraceGroups groups(recording.traces(), request.unit, request.cumulative, traces);
    const WindowMinima found = windowMinima(recording, groups, {from, to, request.measure}, stop);
    const Weights& weights = recording.weights();
    const double windowSeconds = toSeconds(to - from) / static_cast<double>(kGrowthWindows);
    std::vector<Growth> ranking;
    for (std::uint32_t group = 0; group < groups.count() && !stop.stop_requested(); ++group) {
        Growth growth = growthOf(group, found, weights, request.measure, windowSeconds);
        if (growth.slope != 0) ranking.push_back(std::move(growth));
    }
    std::ranges::sort(ranking, [](const Growth& a, const Growth& b) {
        return std::tuple(-a.slopeLowerBound(), -a.slope, a.index) <
               std::tuple(-b.slopeLowerBound(), -b.slope, b.index);
    });
    return ranking;
}

}  // namespace heapprof
