// What is drawn of a flow graph: boxes and arrows worth looking at, and how much the others hold.
#pragma once

#include <vector>

#include "core/stacks/flow_graph.h"

namespace heapprof {

struct FlowGraphOptions {
    double minNodeFraction = 0.01;  ///< leave out lines whose cumulative share of the total is smaller at every instant
    double minEdgeFraction =
        0.05;              ///< leave out edges that carry less of their caller's cumulative amount at every instant
    bool collapse = true;  ///< draw a run of lines that only lead to each other as one box
    bool sizeBySelfUsage = true;
    std::size_t maxNodes = 200;  ///< keep the greatest; the rest is counted in `hiddenNodes`
    /// Keep those that reach every line by way of the greatest, then the greatest; the rest is counted in
    /// `hiddenEdges`.
    std::size_t maxEdges = 600;

    bool operator==(const FlowGraphOptions&) const = default;
};

/// The self amounts of all boxes add up to the total.
struct FlowDiagram {
    Measure measure = Measure::ByteCount;  ///< as the graph's
    enum class Kind {
        Lines,
        Total,  ///< the root, from which edges lead to the lines that traces begin on
        Other,  ///< all that is in no other box: self and cumulative of the hidden lines, and what has no stack
    };
    struct Box {
        std::vector<LineIndex> lines;      ///< outermost first; one or more of Kind::Lines, else none
        std::vector<Estimate> self;        ///< of all its lines together, one per instant
        std::vector<Estimate> cumulative;  ///< of its first line
        Kind kind = Kind::Lines;
    };
    struct Edge {
        std::uint32_t from = 0;  ///< positions in `boxes`
        std::uint32_t to = 0;
        std::vector<std::int64_t> amounts;
        /// Drawn only because nothing else leads to its box: smaller than asked for, or from the root by way of hidden
        /// lines.
        bool isFaint = false;
    };
    /// Those of lines; then the root, when it leads to several of them; then the others, when there are any. Without a
    /// box of lines there is none at all.
    std::vector<Box> boxes;
    std::vector<Edge> edges;
    std::vector<Estimate> total;
    std::vector<Estimate> withoutStack;  ///< part of the others
    std::vector<Instant> times;
    std::size_t hiddenNodes = 0;
    std::size_t hiddenEdges = 0;
    double greatestHidden = 0;  ///< share of the total of the greatest hidden line, at its greatest instant
};

/// Throws std::invalid_argument when a fraction lies outside [0, 1]. There is no root when the graph does not know
/// where traces begin.
FlowDiagram makeFlowDiagram(const FlowGraph& graph, const FlowGraphOptions& options = {});

}  // namespace heapprof
