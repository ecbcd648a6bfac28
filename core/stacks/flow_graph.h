// How memory flows through lines of code: one node per line, one edge per call between lines, at one or more instants.
#pragma once

#include <span>
#include <vector>

#include "core/state/snapshot.h"

namespace heapprof {

/// A recursive line or call counts once per trace, so nothing exceeds the total.
struct FlowGraph {
    struct Node {
        LineIndex line;
        std::vector<Estimate> self;  ///< one per instant
        std::vector<Estimate> cumulative;
    };
    struct Edge {
        std::uint32_t caller = 0;  ///< positions in `nodes`
        std::uint32_t callee = 0;
        std::vector<std::int64_t> bytes;  ///< one per instant
    };
    std::vector<Node> nodes;      ///< ascending by line
    std::vector<Edge> edges;      ///< ascending by (caller, callee)
    std::vector<Estimate> total;  ///< one per instant, traces without a stack included
    std::vector<Instant> times;   ///< one per instant
};

FlowGraph makeFlowGraph(std::span<const Snapshot> instants, const TraceTable& traces, bool hideInternal = true);

struct FlowGraphOptions {
    double minNodeFraction = 0.01;  ///< leave out lines whose cumulative share of the total is smaller at every instant
    double minEdgeFraction =
        0.05;              ///< leave out edges that carry less of their caller's cumulative bytes at every instant
    bool collapse = true;  ///< draw a run of lines that only lead to each other as one box
    bool sizeBySelfUsage = true;
    std::size_t maxNodes = 200;  ///< keep the greatest; the rest is counted in `hiddenNodes`
    /// Keep those that reach every line by way of the greatest, then the greatest; the rest is counted in
    /// `hiddenEdges`.
    std::size_t maxEdges = 600;

    bool operator==(const FlowGraphOptions&) const = default;
};

/// What is drawn of a flow graph: boxes of one or more lines, outermost line first.
struct FlowDiagram {
    struct Box {
        std::vector<LineIndex> lines;
        std::vector<Estimate> self;        ///< of all its lines together, one per instant
        std::vector<Estimate> cumulative;  ///< of its first line
    };
    struct Edge {
        std::uint32_t from = 0;  ///< positions in `boxes`
        std::uint32_t to = 0;
        std::vector<std::int64_t> bytes;
    };
    std::vector<Box> boxes;
    std::vector<Edge> edges;
    std::vector<Estimate> total;
    std::vector<Instant> times;
    std::size_t hiddenNodes = 0;
    std::size_t hiddenEdges = 0;
};

/// Throws std::invalid_argument when a fraction lies outside [0, 1].
FlowDiagram makeFlowDiagram(const FlowGraph& graph, const FlowGraphOptions& options = {});

}  // namespace heapprof
