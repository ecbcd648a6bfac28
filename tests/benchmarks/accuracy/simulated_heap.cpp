#include "tests/benchmarks/accuracy/simulated_heap.h"

#include <cmath>

namespace heapprof::accuracy {

double SizeDistribution::meanSize() const {
    double bytes = 0, weights = 0;
    for (const SizePart& part : parts) {
        bytes += part.weight * static_cast<double>(part.size);
        weights += part.weight;
    }
    return bytes / weights;
}

Truth& Truth::operator+=(const Truth& other) {
    bytes += other.bytes;
    blocks += other.blocks;
    return *this;
}

Expectation& Expectation::operator+=(const Expectation& other) {
    records += other.records;
    bytesVariance += other.bytesVariance;
    blocksVariance += other.blocksVariance;
    bytesVarianceSquares += other.bytesVarianceSquares;
    blocksVarianceSquares += other.blocksVarianceSquares;
    return *this;
}

Truth SimulatedLine::truth() const {
    Truth truth;
    for (const Run& run : runs) {
        truth.bytes += static_cast<double>(run.size) * static_cast<double>(run.count);
        truth.blocks += static_cast<double>(run.count);
    }
    return truth;
}

Expectation SimulatedLine::expectation(const Sampling& sampling) const {
    Expectation expected;
    for (const Run& run : runs) {
        const double p = sampling.probability(run.size);
        const auto size = static_cast<double>(run.size), count = static_cast<double>(run.count);
        const double records = count * p, each = (1 - p) / (p * p);
        expected.records += records;
        expected.bytesVariance += records * size * size * each;
        expected.blocksVariance += records * each;
        expected.bytesVarianceSquares += records * std::pow(size * size * each, 2);
        expected.blocksVarianceSquares += records * each * each;
    }
    return expected;
}

SimulatedLine makeLine(const SizeDistribution& sizes, double bytes) {
    double weights = 0;
    for (const SizePart& part : sizes.parts) weights += part.weight;
    const double blocks = bytes / sizes.meanSize();
    SimulatedLine line;
    double reached = 0;  // of the parts so far: what one rounding leaves over the next one takes
    std::uint64_t made = 0;
    for (const SizePart& part : sizes.parts) {
        reached += part.weight;
        const auto until = static_cast<std::uint64_t>(std::llround(blocks * reached / weights));
        if (until > made) line.runs.push_back({part.size, until - made});
        made = until;
    }
    return line;
}

Truth SimulatedHeap::truth() const {
    Truth truth;
    for (const SimulatedLine& line : lines) truth += line.truth();
    return truth;
}

Expectation SimulatedHeap::expectation(const Sampling& sampling) const {
    Expectation expected;
    for (const SimulatedLine& line : lines) expected += line.expectation(sampling);
    return expected;
}

SimulatedHeap makeHeap(const SizeDistribution& sizes, double bytes, std::span<const double> shares) {
    SimulatedHeap heap;
    double rest = 1;
    for (const double share : shares) {
        heap.lines.push_back(makeLine(sizes, share * bytes));
        rest -= share;
    }
    heap.lines.push_back(makeLine(sizes, rest * bytes));
    return heap;
}

}  // namespace heapprof::accuracy
