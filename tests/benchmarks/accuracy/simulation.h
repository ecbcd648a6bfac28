// A heap that is recorded again and again.
#pragma once

#include <cstdint>
#include <vector>

#include "core/capture/sampling.h"
#include "tests/benchmarks/accuracy/simulated_heap.h"
#include "tests/benchmarks/accuracy/tally.h"

namespace heapprof::accuracy {

/// One amount, what is to be expected of its estimates, and what they were.
struct Outcome {
    double variance;
    /// truth^2 / variance: what the estimate rests on.
    double effectiveRecords;
    /// What the variance itself rests on. Few, where most of it comes from the few records of sparsely recorded sizes
    /// among many of others; a recording that has none of those thinks itself better than it is.
    double varianceRecords;
    Tally tally;

    Outcome(double truth, double unseen, double expectedVariance, double varianceSquares);
    /// Whether 95 % intervals are to hold the truth in 93 to 97 % of all recordings.
    bool promises() const { return effectiveRecords >= 15 && varianceRecords >= 20; }
};

/// What the recordings said of a line, or of the whole heap.
struct Result {
    double records;  ///< to be expected
    Outcome bytes;
    Outcome blocks;
    Tally share;  ///< of the heap's bytes

    Result(const Truth& truth, double share, const Expectation& expected, const Sampling& sampling);
};

struct SimulationResult {
    Result total;
    std::vector<Result> lines;  ///< parallel to the heap's

    SimulationResult(const SimulatedHeap& heap, const Sampling& sampling);
};

/// `sampling` is not everything. All random numbers follow from `seed`.
SimulationResult simulate(const SimulatedHeap& heap, const Sampling& sampling, int recordings, std::uint64_t seed);

/// The same heap, as a program makes it that also frees: its blocks in random order, with as many again that do not
/// stay, and each of 32 KiB or more grown from a quarter of its size by reallocations. At the end everything is freed.
/// Throws std::runtime_error if a heap that has emptied does not read exactly zero.
SimulationResult simulateProgram(const SimulatedHeap& heap, const Sampling& sampling, int recordings,
                                 std::uint64_t seed);

}  // namespace heapprof::accuracy
