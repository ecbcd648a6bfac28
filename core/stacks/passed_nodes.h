// What passed through each node of the stacks of some traces.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/state/snapshot.h"
#include "core/traces/shown_frames.h"

namespace heapprof {

/// The shown nodes that traces pass through, each once, with the sums of what passed, at one or more instants. What is
/// asked of every frame of every trace is asked here of every node, of which deep recursion has far fewer.
class PassedNodes {
public:
    struct Node {
        FrameIndex frame;
        LineIndex line;            ///< the frame's
        std::uint32_t caller = 0;  ///< 0: it is the outermost one
        std::uint32_t firstCallee = 0, nextSibling = 0;
    };

    PassedNodes(const TraceTable& traces, const HiddenFrames& hidden, std::size_t instants);

    /// Adds a trace; returns the line of its innermost shown frame, if there is one.
    std::optional<LineIndex> add(const TraceEstimate& entry, std::size_t instant);

    /// To be called once, when all traces are there: calls enter(node, amounts), with an amount for each instant, and
    /// leave(node) for each node, around what is called from there.
    template <typename Enter, typename Leave>
    void walk(const Enter& enter, const Leave& leave) {
        sumUp();
        for (std::uint32_t at = m_nodes[0].firstCallee; at != 0;) {
            enter(std::as_const(m_nodes[at]), amountsOf(at));
            if (m_nodes[at].firstCallee != 0) {
                at = m_nodes[at].firstCallee;
                continue;
            }
            for (; at != 0; at = m_nodes[at].caller) {
                leave(std::as_const(m_nodes[at]));
                if (m_nodes[at].nextSibling != 0) break;
            }
            at = m_nodes[at].nextSibling;
        }
    }

private:
    std::span<const Estimate> amountsOf(std::uint32_t node) const {
        return std::span(m_amounts).subspan(node * m_instants, m_instants);
    }
    void sumUp();

    const TraceTable& m_traces;
    ShownFrames m_shown;
    std::size_t m_instants;
    std::vector<Node> m_nodes{{}};            // callers first; the first one is the root, which is no frame
    std::vector<Estimate> m_amounts;          // by node and instant
    std::vector<std::uint32_t> m_positionOf;  // in m_nodes, by node of the table; 0: nothing has passed
    std::vector<NodeIndex> m_new;
};

}  // namespace heapprof
