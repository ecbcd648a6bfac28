#include "core/capture/sampling.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace heapprof {
namespace {

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
}

/// For people: three digits, or all of a whole number.
std::string rounded(double value) {
    if (value >= 100) return number(std::round(value));
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", value);
    return text;
}

}  // namespace

Sampling Sampling::byRanges(std::vector<Range> ranges) {
    if (ranges.empty()) return everything();
    return {Mode::ByRanges, 0, std::move(ranges)};
}

double Sampling::probability(std::uint64_t size) const {
    switch (mode) {
        case Mode::Everything:
            return 1;
        case Mode::ByBytes:
            return -std::expm1(-static_cast<double>(size) / meanBytes);
        case Mode::ByRanges:
            break;
    }
    for (const Range& range : ranges)
        if (size < range.bound) return range.probability;
    return 1;
}

std::string Sampling::problem() const {
    if (mode == Mode::ByBytes && !(meanBytes >= 1 && meanBytes <= 1e15))
        return "mean bytes between records must be at least 1, not " + number(meanBytes);
    if (mode != Mode::ByRanges) return {};
    if (ranges.size() > kMaxRanges) return "more than 64 sampling ranges";
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        if (!(ranges[i].probability >= 0 && ranges[i].probability <= 1))
            return "probability " + number(ranges[i].probability) + " of the range below " +
                   std::to_string(ranges[i].bound) + " bytes is not between 0 and 1";
        if (i > 0 && ranges[i].bound <= ranges[i - 1].bound)
            return "sampling range bound " + std::to_string(ranges[i].bound) + " is not above the one before it";
    }
    return {};
}

const Sampling& SamplingRules::of(TraceIndex trace) const {
    const auto after = std::ranges::upper_bound(switches, trace, {}, &Switch::firstTrace);
    return after == switches.begin() ? first : (after - 1)->sampling;
}

std::vector<Sampling> SamplingRules::different() const {
    std::vector<Sampling> found{first};
    for (const Switch& each : switches)
        if (std::ranges::find(found, each.sampling) == found.end()) found.push_back(each.sampling);
    return found;
}

bool SamplingRules::hasRoomFor(const Sampling& next) const {
    if (switches.size() >= kMaxSwitches) return false;
    const std::vector<Sampling> known = different();
    return known.size() < kMaxDifferent || std::ranges::find(known, next) != known.end();
}

std::string describe(const Sampling& sampling) {
    switch (sampling.mode) {
        case Sampling::Mode::Everything:
            return "everything recorded";
        case Sampling::Mode::ByBytes:
            return "one record per " + rounded(sampling.meanBytes / 1024) + " KiB allocated, on average";
        case Sampling::Mode::ByRanges:
            break;
    }
    std::string text = "by size:";
    for (const auto& range : sampling.ranges)
        text += " below " + std::to_string(range.bound) + " B " + number(range.probability) + ",";
    return text + " else 1";
}

}  // namespace heapprof
