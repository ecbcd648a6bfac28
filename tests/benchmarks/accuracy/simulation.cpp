#include "tests/benchmarks/accuracy/simulation.h"

#include <algorithm>
#include <limits>
#include <random>
#include <stdexcept>

#include "core/amount.h"
#include "core/capture/weights.h"
#include "core/state/estimate.h"
#include "core/state/snapshot.h"
#include "tests/benchmarks/accuracy/simulated_recording.h"

namespace heapprof::accuracy {
namespace {

Amount times(const Amount& value, std::uint64_t count) {
    const auto n = static_cast<std::int64_t>(count);
    return {value.bytes * n, value.blocks * n, value.bytesVariance * n, value.blocksVariance * n};
}

void addTo(Result& result, const Estimate& usage, const Estimate& total) {
    const Share share = shareOf(usage, total);
    result.share.add(share.part, share.variance);
    result.bytes.tally.add(static_cast<double>(usage.bytes), usage.bytesVariance);
    result.blocks.tally.add(static_cast<double>(usage.blocks), usage.blocksVariance);
}

void addTo(SimulationResult& result, const std::vector<Amount>& lines, const Weights& weights) {
    std::vector<Estimate> usages;
    Estimate total;
    for (const Amount& line : lines) total += usages.emplace_back(estimateOf(line, weights));
    for (std::size_t i = 0; i < lines.size(); ++i) addTo(result.lines[i], usages[i], total);
    addTo(result.total, total, total);
}

template <CostRule costRule>
SimulationResult simulateRuns(const SimulatedHeap& heap, const Sampling& sampling, int recordings, std::uint64_t seed) {
    SimulationResult result(heap, sampling);
    const Weights weights(sampling);
    std::mt19937_64 seeds(seed);
    SimulatedRecording recording(sampling);
    std::vector<Amount> lines(heap.lines.size());
    for (int i = 0; i < recordings; ++i) {
        recording.reseed(seeds());
        for (std::size_t line = 0; line < lines.size(); ++line) {
            lines[line] = {};
            for (const Run& run : heap.lines[line].runs)
                if (const auto count = recording.recordedOf<costRule>(run.size, run.count))
                    lines[line] += times(weights.of({}, run.size), count);
        }
        addTo(result, lines, weights);
    }
    return result;
}

/// One block that stays.
struct Block {
    std::uint64_t size = 0;
    std::uint32_t line = 0;
    bool recorded = false;
};

std::vector<Block> shuffledBlocks(const SimulatedHeap& heap, std::mt19937_64& random) {
    std::vector<Block> blocks;
    for (std::uint32_t line = 0; line < heap.lines.size(); ++line)
        for (const Run& run : heap.lines[line].runs) blocks.insert(blocks.end(), run.count, Block{run.size, line});
    std::shuffle(blocks.begin(), blocks.end(), random);
    return blocks;
}

template <CostRule costRule>
class Program {
public:
    Program(const SimulatedHeap& heap, const Sampling& sampling, std::uint64_t seed)
        : m_weights(sampling),
          m_seeds(seed),
          m_blocks(shuffledBlocks(heap, m_seeds)),
          m_recording(sampling),
          m_lines(heap.lines.size()) {}

    /// What is recorded of the lines when all blocks are there that stay.
    const std::vector<Amount>& run() {
        m_recording.reseed(m_seeds());
        for (Block& block : m_blocks) {
            // Of its neighbour's size: what does not stay is as large as what does.
            Block passing = m_blocks[static_cast<std::size_t>(&block - m_blocks.data()) / 2];
            allocate(passing);
            grow(block);
            free(passing);
        }
        return m_lines;
    }

    void freeAll() {
        for (const Block& block : m_blocks) free(block);
        for (const Amount& line : m_lines)
            if (!line.isZero()) throw std::runtime_error("an empty heap does not read zero");
    }

    const Weights& weights() const { return m_weights; }

private:
    static constexpr std::uint64_t kGrown = 32768;

    void allocate(Block& block) {
        block.recorded = m_recording.records<costRule>(block.size);
        if (block.recorded) m_lines[block.line] += m_weights.of({}, block.size);
    }
    void free(const Block& block) {
        if (block.recorded) m_lines[block.line] -= m_weights.of({}, block.size);
    }
    void grow(Block& block) {
        const std::uint64_t size = block.size;
        if (size >= kGrown) {
            for (block.size = size / 4; block.size < size; block.size += size / 8) {
                allocate(block);
                free(block);  // a reallocation frees, and allocates with luck of its own
            }
            block.size = size;
        }
        allocate(block);
    }

    Weights m_weights;
    std::mt19937_64 m_seeds;
    std::vector<Block> m_blocks;
    SimulatedRecording m_recording;
    std::vector<Amount> m_lines;
};

template <CostRule costRule>
SimulationResult simulateProgramOf(const SimulatedHeap& heap, const Sampling& sampling, int recordings,
                                   std::uint64_t seed) {
    SimulationResult result(heap, sampling);
    Program<costRule> program(heap, sampling, seed);
    for (int i = 0; i < recordings; ++i) {
        addTo(result, program.run(), program.weights());
        program.freeAll();
    }
    return result;
}

}  // namespace

Outcome::Outcome(double truth, double unseen, double expectedVariance, double varianceSquares)
    : variance(expectedVariance),
      effectiveRecords(heapprof::effectiveRecords(truth, expectedVariance)),
      varianceRecords(heapprof::effectiveRecords(expectedVariance, varianceSquares)),
      tally(truth, unseen) {}

Result::Result(const Truth& truth, double trueShare, const Expectation& expected, const Sampling& sampling)
    : records(expected.records),
      bytes(truth.bytes, maxBytesUnseen(sampling), expected.bytesVariance, expected.bytesVarianceSquares),
      blocks(truth.blocks, std::numeric_limits<double>::infinity(), expected.blocksVariance,
             expected.blocksVarianceSquares),
      share(trueShare, 1) {}

SimulationResult::SimulationResult(const SimulatedHeap& heap, const Sampling& sampling)
    : total(heap.truth(), 1, heap.expectation(sampling), sampling) {
    for (const SimulatedLine& line : heap.lines)
        lines.emplace_back(line.truth(), line.truth().bytes / heap.truth().bytes, line.expectation(sampling), sampling);
}

SimulationResult simulate(const SimulatedHeap& heap, const Sampling& sampling, int recordings, std::uint64_t seed) {
    return sampler::costRule(sampling) == CostRule::ByBytes
               ? simulateRuns<CostRule::ByBytes>(heap, sampling, recordings, seed)
               : simulateRuns<CostRule::ByRanges>(heap, sampling, recordings, seed);
}

SimulationResult simulateProgram(const SimulatedHeap& heap, const Sampling& sampling, int recordings,
                                 std::uint64_t seed) {
    return sampler::costRule(sampling) == CostRule::ByBytes
               ? simulateProgramOf<CostRule::ByBytes>(heap, sampling, recordings, seed)
               : simulateProgramOf<CostRule::ByRanges>(heap, sampling, recordings, seed);
}

}  // namespace heapprof::accuracy
