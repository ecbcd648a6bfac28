#include "tests/benchmarks/accuracy/size_distribution.h"

#include <cmath>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>

namespace heapprof::accuracy {
namespace {

/// `upTo(x)` is the part of all blocks that are not larger than x. Sizes two percent apart stand for those between.
SizeDistribution onGrid(std::string name, double min, double max, const std::function<double(double)>& upTo) {
    SizeDistribution result{std::move(name), {}};
    constexpr double kStep = 1.02;
    double below = 0;
    for (double size = min; size <= max; size = std::max(size * kStep, size + 1)) {
        const double part = upTo(size * std::sqrt(kStep));
        if (part > below) result.parts.push_back({static_cast<std::uint64_t>(std::llround(size)), part - below});
        below = part;
    }
    return result;
}

}  // namespace

SizeDistribution measuredSizes(const std::string& name, const std::filesystem::path& file) {
    SizeDistribution result{name, {}};
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with('#')) continue;
        SizePart part;
        if (!(std::istringstream(line) >> part.size >> part.weight) || !(part.weight > 0))
            throw std::runtime_error(file.string() + ": not SIZE COUNT: " + line);
        result.parts.push_back(part);
    }
    if (result.parts.empty()) throw std::runtime_error(file.string() + ": no sizes there");
    return result;
}

SizeDistribution constantSize(std::uint64_t size) { return {"all " + std::to_string(size) + " B", {{size, 1}}}; }

SizeDistribution twoSizes(std::uint64_t small, std::uint64_t large) {
    return {std::to_string(small) + " B and " + std::to_string(large / 1024) + " KiB",
            {{small, static_cast<double>(large)}, {large, static_cast<double>(small)}}};
}

SizeDistribution logNormalSizes(double mean, double deviation) {
    return onGrid("log-normal", 16, 1e9,
                  [=](double x) { return 0.5 * std::erfc((mean - std::log(x)) / (deviation * std::sqrt(2.0))); });
}

SizeDistribution paretoSizes(double min, double exponent, double max) {
    return onGrid("Pareto", min, max, [=](double x) { return 1 - std::pow(min / x, exponent); });
}

}  // namespace heapprof::accuracy
