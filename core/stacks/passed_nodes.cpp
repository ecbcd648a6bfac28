#include "core/stacks/passed_nodes.h"

namespace heapprof {

PassedNodes::PassedNodes(const TraceTable& traces, const HiddenFrames& hidden, std::size_t instants)
    : m_traces(traces),
      m_shown(traces, hidden),
      m_instants(instants),
      m_amounts(instants),
      m_positionOf(traces.nodeCount() + 1) {}

std::optional<LineIndex> PassedNodes::add(const TraceEstimate& entry, std::size_t instant) {
    NodeIndex node = m_shown.innermost(m_traces.trace(entry.trace).leaf);
    m_new.clear();
    for (; node.value != 0 && m_positionOf[node.value] == 0; node = m_shown.callerOf(node)) m_new.push_back(node);
    std::uint32_t at = node.value != 0 ? m_positionOf[node.value] : 0;
    for (auto each = m_new.rbegin(); each != m_new.rend(); ++each) {
        const FrameIndex frame = m_traces.node(*each).frame;
        m_nodes.push_back({frame, m_traces.lineOf(frame), at});
        at = m_positionOf[each->value] = static_cast<std::uint32_t>(m_nodes.size() - 1);
    }
    m_amounts.resize(m_nodes.size() * m_instants);
    m_amounts[at * m_instants + instant] += entry.usage;
    return at != 0 ? std::optional(m_nodes[at].line) : std::nullopt;
}

void PassedNodes::sumUp() {
    for (auto at = static_cast<std::uint32_t>(m_nodes.size()); --at > 0;) {
        Node& node = m_nodes[at];
        for (std::size_t i = 0; i < m_instants; ++i)
            m_amounts[node.caller * m_instants + i] += m_amounts[at * m_instants + i];
        node.nextSibling = std::exchange(m_nodes[node.caller].firstCallee, at);
    }
}

}  // namespace heapprof
