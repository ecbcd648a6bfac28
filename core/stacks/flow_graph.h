// How memory flows through lines of code: one node per line, one edge per call between lines, at one or more instants.
#pragma once

#include <span>
#include <vector>

#include "core/state/snapshot.h"
#include "core/traces/shown_frames.h"

namespace heapprof {

/// A recursive line or call counts once per trace, so nothing exceeds the total.
struct FlowGraph {
    Measure measure = Measure::ByteCount;  ///< of what flows: plain numbers, and what of estimates counts
    struct Node {
        LineIndex line;
        std::vector<Estimate> self;  ///< one per instant
        std::vector<Estimate> cumulative;
        std::vector<std::int64_t> entered;  ///< amounts of traces that begin on the line; empty: not known
    };
    struct Edge {
        std::uint32_t caller = 0;  ///< positions in `nodes`
        std::uint32_t callee = 0;
        std::vector<std::int64_t> amounts;  ///< one per instant
    };
    std::vector<Node> nodes;             ///< ascending by line
    std::vector<Edge> edges;             ///< ascending by (caller, callee)
    std::vector<Estimate> total;         ///< one per instant
    std::vector<Estimate> withoutStack;  ///< one per instant: what of the total is on no line
    std::vector<Instant> times;          ///< one per instant
};

FlowGraph makeFlowGraph(std::span<const Snapshot> instants, const TraceTable& traces, const HiddenFrames& hidden = {},
                        Measure measure = Measure::ByteCount);

}  // namespace heapprof
