// Which sizes the blocks of a heap have, and how many of them there are of each.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/benchmarks/accuracy/simulated_heap.h"

namespace heapprof::accuracy {

/// A file of lines "SIZE COUNT", as record_sizes.py makes them; those that begin with # are comments. Throws
/// std::runtime_error.
SizeDistribution measuredSizes(const std::string& name, const std::filesystem::path& file);

SizeDistribution constantSize(std::uint64_t size);
/// Of both sizes as many bytes.
SizeDistribution twoSizes(std::uint64_t small, std::uint64_t large);
/// ln(size) has this mean and this deviation.
SizeDistribution logNormalSizes(double mean, double deviation);
/// P(size > x) = (least / x)^exponent, cut at `greatest`.
SizeDistribution paretoSizes(double min, double exponent, double max);

}  // namespace heapprof::accuracy
