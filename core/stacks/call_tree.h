// The stacks of a snapshot merged into one tree: what flame graphs, top-down and bottom-up tables show.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/state/snapshot.h"
#include "core/traces/frame_grouping.h"
#include "core/traces/shown_frames.h"

namespace heapprof {

struct CallTreeOptions {
    Grouping grouping = Grouping::Line;  ///< what makes two frames the same node
    bool bottomUp = false;               ///< callees first: the innermost frame is below the root
    bool mergeRecursion = false;         ///< a frame equal to one above it is left out
    bool threadsFirst = false;           ///< the threads stand below the root, the stacks of each below it
    HiddenFrames hidden{};               ///< left out, see ShownFrames

    bool operator==(const CallTreeOptions&) const = default;
};

/// Nodes are stored level by level: siblings are neighbours, children of one node are contiguous, and a parent comes
/// before its children. Node 0 is the root. Siblings descend by magnitude, then ascend by frame.
struct CallTree {
    struct Node {
        std::uint32_t parent = 0;  ///< the root is its own parent
        std::uint32_t firstChild = 0;
        std::uint32_t childCount = 0;
        FrameIndex frame;         ///< a representative of the group; meaningless without one
        std::uint32_t depth = 0;  ///< 0 for the root
        bool hasFrame = false;    ///< false for the root, for threads, and for nodes of traces without a stack
        /// Whether at least half of the node's magnitude is memory that it allocated itself and that native code took:
        /// of the domains other than Python's.
        bool isNative = false;
    };
    std::vector<Node> nodes;
    std::vector<Estimate> cumulative;  ///< parallel to nodes; of all traces through the node
    std::vector<Estimate> self;        ///< parallel to nodes; of the traces that end there
    /// Parallel to nodes: the sum of |amount| over the traces through the node. In a snapshot equal to the cumulative
    /// amount; in a difference the width that growth and shrinkage together need. A parent's is the sum of its
    /// children's and of its own traces'.
    std::vector<std::int64_t> magnitude;
    std::uint32_t depth = 0;  ///< of the deepest node
    FrameGrouping grouping;   ///< of the frames there were
    /// With threadsFirst: whom the root's children, the nodes from 1 on, stand for; else empty.
    std::vector<ThreadIndex> threads;

    std::span<const Node> children(std::uint32_t node) const {
        return {nodes.data() + nodes[node].firstChild, nodes[node].childCount};
    }
    /// The thread that the node stands for.
    std::optional<ThreadIndex> threadAt(std::uint32_t node) const {
        return node > 0 && node <= threads.size() ? std::optional(threads[node - 1]) : std::nullopt;
    }
};

/// A node's place below the root, in words that another tree of the same capture understands.
struct CallPath {
    std::optional<ThreadIndex> thread;  ///< in a tree with the threads first
    std::vector<FrameIndex> frames;     ///< outermost first

    /// How many nodes lead there, itself included; 0 for the root.
    std::size_t size() const { return frames.size() + thread.has_value(); }
    bool empty() const { return size() == 0; }
    void clear() { *this = {}; }
    bool operator==(const CallPath&) const = default;
};

/// Amounts are those of `measure`.
CallTree makeCallTree(const Snapshot& snapshot, const TraceTable& traces, const CallTreeOptions& options = {},
                      Measure measure = Measure::ByteCount);

/// From below the root down to `node`; of a node of traces without a stack the path to its parent.
CallPath pathTo(const CallTree& tree, std::uint32_t node);
/// The node that `path`, of this tree or of another one of the same capture, leads to; frames that the tree leaves out
/// are stepped over. The root when nothing fits.
std::uint32_t findPath(const CallTree& tree, const CallPath& path);
/// The nodes whose group holds code on `line`, ascending.
std::vector<std::uint32_t> nodesOnLine(const CallTree& tree, const TraceTable& traces, LineIndex line);

}  // namespace heapprof
