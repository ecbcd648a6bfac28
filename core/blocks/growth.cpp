#include "core/blocks/growth.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "core/blocks/growth_floors.h"

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

/// What is there to stay, plus what is gone for good: changes by what the floors grow or shrink lastingly.
std::vector<double> lasting(std::span<const double> floors) {
    std::vector<double> sums(floors.begin(), floors.end());
    for (std::size_t i = sums.size() - 1; i-- > 0;) sums[i] = std::min(sums[i], sums[i + 1]);
    double leastSoFar = floors.front();
    for (std::size_t i = 0; i < sums.size(); ++i) {
        leastSoFar = std::min(leastSoFar, floors[i]);
        sums[i] += leastSoFar;
    }
    return sums;
}

Growth growthOf(std::uint32_t group, const GrowthFloors& found, const Weights& weights, double windowSeconds) {
    const Amount &first = found.first[group], &last = found.last[group];
    std::array<double, kGrowthWindows> floors{};
    for (std::size_t i = 0; i < kGrowthWindows; ++i)
        floors[i] = static_cast<double>(weights.whole(found.floors[group][i]));
    const Slope slope = steadySlope(floors);
    const double variance =
        std::abs(weights.bytesVariance(last.bytesVariance) - weights.bytesVariance(first.bytesVariance));
    const double ofSampling = std::sqrt(variance) / static_cast<double>(kGrowthWindows);
    return {group,
            slope.value / windowSeconds,
            std::hypot(slope.error, ofSampling) / windowSeconds,
            weights.whole(first.bytes),
            weights.whole(last.bytes),
            {floors.begin(), floors.end()}};
}

}  // namespace

double Growth::assured() const { return std::copysign(std::max(0.0, std::abs(slope) - kQuantile * error), slope); }

Slope steadySlope(std::span<const double> floors) {
    const std::vector<double> sums = lasting(floors);
    std::vector<double> changes;
    for (std::size_t i = kStride; i < sums.size(); ++i)
        changes.push_back((sums[i] - sums[i - kStride]) / static_cast<double>(kStride));
    const double slope = medianOf(changes);
    for (double& change : changes) change = std::abs(change - slope);
    const double independent = static_cast<double>(floors.size() - 1) / static_cast<double>(kStride);
    return {slope, kMedianError * kDeviation * medianOf(changes) / std::sqrt(independent)};
}

std::vector<Growth> growthBetween(const Recording& recording, const GrowthRequest& request, const TraceSet& traces,
                                  std::stop_token stop) {
    const Micros from = std::max(request.from, Micros(-1)), to = std::min(request.to, recording.digest().lastTime());
    if (to <= from) return {};
    const TraceGroups groups(recording.traces(), request.unit, request.cumulative, traces);
    const GrowthFloors found = growthFloors(recording, groups, from, to, stop);
    const Weights& weights = recording.digest().weights();
    const double windowSeconds = toSeconds(to - from) / static_cast<double>(kGrowthWindows);
    std::vector<Growth> ranking;
    for (std::uint32_t group = 0; group < groups.count() && !stop.stop_requested(); ++group) {
        Growth growth = growthOf(group, found, weights, windowSeconds);
        if (growth.slope != 0) ranking.push_back(std::move(growth));
    }
    std::ranges::sort(ranking, [](const Growth& a, const Growth& b) {
        return std::tuple(-a.assured(), -a.slope, a.index) < std::tuple(-b.assured(), -b.slope, b.index);
    });
    return ranking;
}

}  // namespace heapprof
