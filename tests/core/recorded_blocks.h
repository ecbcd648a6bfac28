// Recordings of random programs, digested, and the blocks they are made of: what questions about blocks are checked by.
#pragma once

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "core/state/snapshot.h"
#include "core/traces/trace_set.h"
#include "tests/core/digested.h"
#include "tests/core/recorded_model.h"
#include "tests/core/temporary_folder.h"

namespace heapprof::test {

/// A block of the truth; `freed` beyond all times: never. Distances count the allocations recorded between.
struct Block {
    std::uint32_t trace;
    std::uint64_t size;
    Micros born, freed;
    std::uint64_t distance;

    bool livesAt(Micros time) const { return born <= time && freed > time; }
};

/// Those whose allocation was lost come last, as if they had always been there.
inline std::vector<Block> blocksOf(const std::vector<Event>& events) {
    std::vector<Block> blocks, strays;
    for (const Event& event : events) {
        if (event.kind == EventKind::Allocation) {
            blocks.push_back({event.trace.value, event.size, event.time, Micros(INT64_MAX), Event::kUnknownDistance});
        } else {
            if (event.distance >= blocks.size()) {
                strays.push_back({event.trace.value, event.size, Micros(INT64_MIN), event.time, event.distance});
                continue;
            }
            Block& block = blocks[blocks.size() - 1 - event.distance];
            block.freed = event.time;
            block.distance = event.distance;
        }
    }
    blocks.insert(blocks.end(), strays.begin(), strays.end());
    return blocks;
}

/// Of the blocks that `holds` is true for, by trace.
template <typename Holds>
Snapshot sumOf(const std::vector<Block>& blocks, const Weights& weights, Holds&& holds) {
    std::map<std::uint32_t, Amount> values;
    for (const Block& block : blocks)
        if (holds(block)) values[block.trace] += weights.of(TraceIndex(block.trace), block.size);
    Snapshot snapshot;
    for (const auto& [trace, value] : values) {
        if (value.isZero()) continue;  // of blocks that are never recorded
        snapshot.traces.push_back({TraceIndex(trace), estimateOf(value, weights)});
        snapshot.total += snapshot.traces.back().usage;
    }
    return snapshot;
}
/// The same, all traces together.
template <typename Holds>
Estimate totalOf(const std::vector<Block>& blocks, const Weights& weights, Holds&& holds) {
    Amount value;
    for (const Block& block : blocks)
        if (holds(block)) value += weights.of(TraceIndex(block.trace), block.size);
    return estimateOf(value, weights);
}

/// Traces 0, `every`, 2 * `every` and so on.
inline TraceSet everyNthTrace(const TraceTable& traces, std::size_t every) {
    std::vector<bool> contained(traces.traceCount() + 1);
    for (std::size_t i = 0; i < contained.size(); i += every) contained[i] = true;
    return TraceSet(std::move(contained));
}

/// These rules one after the other, for a RecordedModel.
inline SamplingRules inTurn(const std::vector<Sampling>& samplings) {
    SamplingRules rules(samplings.front());
    for (std::size_t i = 1; i < samplings.size(); ++i) rules.switches.push_back({{}, {}, samplings[i]});
    return rules;
}

/// The ways to sample in turn, everything among them; and with switches between them.
inline SamplingRules someSampling(int seed) {
    const Sampling everything = Sampling::everything(), byBytes = Sampling::byBytes(700),
                   byRanges = Sampling::byRanges({{100, 0.1}, {2000, 0.5}});
    switch (seed % 6) {
        case 0:
            return everything;
        case 1:
            return byBytes;
        case 2:
            return byRanges;
        case 3:
            return inTurn({everything, byBytes, everything});
        case 4:
            return inTurn({byBytes, everything});
        default:
            return inTurn({byRanges, byBytes, Sampling::byBytes(90), byRanges});
    }
}

/// A recording, digested, and its blocks. Its files: FILEBASE "x" in the folder.
struct Recorded {
    Recorded(const TemporaryFolder& folder, const SamplingRules& rules, std::uint32_t seed) {
        RecordedModel model(folder / "x", rules, seed);
        for (int i = 0; i < 20; ++i) model.addTrace(i % 5);
        model.run(30'000);
        open(folder, model);
    }
    /// What `model` recorded to that filebase.
    Recorded(const TemporaryFolder& folder, RecordedModel& model) { open(folder, model); }
    /// What can be read of the capture that lies there.
    explicit Recorded(const TemporaryFolder& folder) { open(folder, readAll(*Capture::open(folder / "x")->events())); }

    Micros at(double share) const {
        return Micros(static_cast<std::int64_t>(static_cast<double>(recording.digest().lastTime().count) * share));
    }
    const Digest& digest() const { return recording.digest(); }
    const Weights& weights() const { return recording.weights(); }
    const TraceTable& traces() const { return recording.traces(); }
    Micros end() const { return recording.end(); }

    std::vector<Block> blocks;
    Recording recording;

private:
    void open(const TemporaryFolder& folder, RecordedModel& model) {
        model.finish();
        open(folder, model.events());
    }
    void open(const TemporaryFolder& folder, const std::vector<Event>& events) {
        blocks = blocksOf(events);
        recording = digested(Capture::open(folder / "x"));
    }
};

/// A bundled capture of version 1, digested.
inline Recording recordedV1(const TemporaryFolder& folder, const std::string& name) {
    return digested(Capture::open(copyOfV1(folder, name)));
}

}  // namespace heapprof::test
