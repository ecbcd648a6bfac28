// Heaps that are known exactly: lines of code, each of which holds blocks of known sizes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/capture/sampling.h"

namespace heapprof::accuracy {

struct SizePart {
    std::uint64_t size = 0;
    double weight = 0;  ///< in proportion to the number of blocks
};
struct SizeDistribution {
    std::string name;
    std::vector<SizePart> parts;

    double meanSize() const;
};

/// So many blocks of one size, made one after the other.
struct Run {
    std::uint64_t size = 0;
    std::uint64_t count = 0;
};

/// What is true of a line, or of a whole heap.
struct Truth {
    double bytes = 0;
    double blocks = 0;

    Truth& operator+=(const Truth& other);
};
/// What the estimator of such a heap should do, computed from the probabilities alone.
struct Expectation {
    double records = 0;
    double bytesVariance = 0;
    double blocksVariance = 0;
    /// Sums over the expected records of the squares of what each adds to the variance.
    double bytesVarianceSquares = 0;
    double blocksVarianceSquares = 0;

    Expectation& operator+=(const Expectation& other);
};

struct SimulatedLine {
    std::vector<Run> runs;

    Truth truth() const;
    Expectation expectation(const Sampling& sampling) const;
};

/// About `bytes` of blocks of these sizes.
SimulatedLine makeLine(const SizeDistribution& sizes, double bytes);

struct SimulatedHeap {
    std::vector<SimulatedLine> lines;

    Truth truth() const;
    Expectation expectation(const Sampling& sampling) const;
};

/// One line for each of the shares, and one for the rest.
SimulatedHeap makeHeap(const SizeDistribution& sizes, double bytes, std::span<const double> shares);

}  // namespace heapprof::accuracy
