#include "core/stacks/flow_diagram.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <utility>

#include "core/stacks/flow_selection.h"

namespace heapprof {
namespace {

constexpr std::uint32_t kNone = ~std::uint32_t{0};

/// Joins lines to boxes, and sees to it that something leads to each.
class DiagramMaker {
public:
    DiagramMaker(const FlowGraph& graph, const FlowGraphOptions& options)
        : m_graph(graph),
          m_kept(graph, options),
          m_maxEdges(options.maxEdges),
          m_next(graph.nodes.size(), kNone),
          m_isContinuation(graph.nodes.size()),
          m_boxOf(graph.nodes.size(), kNone) {
        m_diagram.measure = graph.measure;
        m_diagram.total = graph.total;
        m_diagram.times = graph.times;
        m_diagram.withoutStack = graph.withoutStack;
        m_diagram.withoutStack.resize(graph.total.size());
        m_diagram.greatestHidden = m_kept.greatestHidden;
        if (options.collapse) joinRuns();
        makeBoxes();
        makeEdges();
        if (m_diagram.boxes.empty()) return;
        reachAll();
        addRoot();
        addOthers();
    }

    FlowDiagram take() { return std::move(m_diagram); }

private:
    /// A line is joined with the next when that is the only one it leads to, and nothing else leads there.
    void joinRuns() {
        std::vector<std::uint32_t> callees(m_next.size()), callers(m_next.size());
        for (std::size_t i = 0; i < m_next.size(); ++i) callers[i] = m_kept.entries[i] ? 1 : 0;
        for (std::size_t i = 0; i < m_graph.edges.size(); ++i) {
            if (!m_kept.edges[i]) continue;
            ++callees[m_graph.edges[i].caller];
            ++callers[m_graph.edges[i].callee];
        }
        for (std::size_t i = 0; i < m_graph.edges.size(); ++i) {
            const auto& [caller, callee, amounts] = m_graph.edges[i];
            if (!m_kept.edges[i] || caller == callee || callees[caller] != 1 || callers[callee] != 1) continue;
            m_next[caller] = callee;
            m_isContinuation[callee] = true;
        }
        // A ring of lines that only lead to each other has no first one: open it at its smallest.
        std::vector<bool> reached(m_next.size());
        for (std::uint32_t start = 0; start < m_next.size(); ++start)
            if (!m_isContinuation[start])
                for (std::uint32_t at = start; at != kNone; at = m_next[at]) reached[at] = true;
        for (std::uint32_t start = 0; start < m_next.size(); ++start) {
            if (reached[start]) continue;
            m_isContinuation[start] = false;
            std::uint32_t at = start;
            for (; m_next[at] != start; at = m_next[at]) reached[at] = true;
            reached[at] = true;
            m_next[at] = kNone;
        }
    }

    void makeBoxes() {
        for (std::uint32_t start = 0; start < m_graph.nodes.size(); ++start) {
            if (!m_kept.nodes[start]) {
                ++m_diagram.hiddenNodes;
                continue;
            }
            if (m_isContinuation[start]) continue;
            FlowDiagram::Box box;
            box.cumulative = m_graph.nodes[start].cumulative;
            box.self.resize(m_graph.total.size());
            for (std::uint32_t at = start; at != kNone; at = m_next[at]) {
                box.lines.push_back(m_graph.nodes[at].line);
                for (std::size_t t = 0; t < box.self.size(); ++t) box.self[t] += m_graph.nodes[at].self[t];
                m_boxOf[at] = static_cast<std::uint32_t>(m_diagram.boxes.size());
            }
            m_diagram.boxes.push_back(std::move(box));
            m_first.push_back(start);
        }
    }

    void makeEdges() {
        for (std::size_t i = 0; i < m_graph.edges.size(); ++i) {
            const auto& [caller, callee, amounts] = m_graph.edges[i];
            if (m_kept.edges[i]) {
                if (m_next[caller] != callee)
                    m_diagram.edges.push_back({m_boxOf[caller], m_boxOf[callee], amounts, false});
                continue;
            }
            ++m_diagram.hiddenEdges;
            // What leads into a run's middle does not make its box reachable: it is read from the top.
            if (m_kept.nodes[caller] && m_kept.nodes[callee] && !m_isContinuation[callee]) m_faint.push_back(i);
        }
        std::ranges::sort(m_faint, {}, [&](auto i) { return std::pair(-greatest(m_graph.edges[i].amounts), i); });
    }

    /// Draws faintly what leads to boxes that would stand alone: the greatest call too small to be drawn, else the root
    /// by way of lines that are hidden.
    void reachAll() {
        const std::size_t count = m_diagram.boxes.size();
        std::vector<std::vector<std::uint32_t>> leaving(count);
        std::vector<bool> isCalled(count);
        for (const FlowDiagram::Edge& edge : m_diagram.edges) {
            leaving[edge.from].push_back(edge.to);
            if (edge.from != edge.to) isCalled[edge.to] = true;
        }
        m_isReached.resize(count);
        for (std::uint32_t box = 0; box < count; ++box)
            if (m_kept.entries[m_first[box]]) {
                m_fromRoot.push_back({0, box, m_graph.nodes[m_first[box]].entered, false});
                reach(box, leaving);
            }
        // The greatest first: what is reached by way of it needs no edge of its own.
        std::vector<std::uint32_t> order(count);
        std::iota(order.begin(), order.end(), 0);
        std::ranges::sort(order, {},
                          [&](auto box) { return std::pair(-greatestOf(m_diagram.boxes[box].cumulative), box); });
        for (const bool onlyHeads : {true, false})
            for (const std::uint32_t box : order) {
                const std::vector<bool> isLeftOut = onlyHeads ? isCalled : std::vector<bool>(count);
                while (const auto edge = nextFaint(isLeftOut)) {
                    const auto& [caller, callee, amounts] = m_graph.edges[*edge];
                    m_diagram.edges.push_back({m_boxOf[caller], m_boxOf[callee], amounts, true});
                    --m_diagram.hiddenEdges;
                    reach(m_boxOf[callee], leaving);
                }
                if (m_isReached[box] || isLeftOut[box]) continue;
                std::vector<std::int64_t> amounts = amountsOf(m_diagram.boxes[box].cumulative);
                m_fromRoot.push_back({0, box, std::move(amounts), true});
                reach(box, leaving);
            }
    }

    void reach(std::uint32_t start, const std::vector<std::vector<std::uint32_t>>& leaving) {
        std::vector<std::uint32_t> open{start};
        while (!open.empty()) {
            const std::uint32_t box = open.back();
            open.pop_back();
            if (m_isReached[box]) continue;
            m_isReached[box] = true;
            open.insert(open.end(), leaving[box].begin(), leaving[box].end());
        }
    }

    /// The greatest hidden call from a reached box to one that is not, as long as calls may be added.
    std::optional<std::size_t> nextFaint(const std::vector<bool>& isLeftOut) const {
        if (m_diagram.edges.size() >= m_maxEdges) return {};
        const auto found = std::find_if(m_faint.begin(), m_faint.end(), [&](std::size_t i) {
            const std::uint32_t callee = m_boxOf[m_graph.edges[i].callee];
            return m_isReached[m_boxOf[m_graph.edges[i].caller]] && !m_isReached[callee] && !isLeftOut[callee];
        });
        return found == m_faint.end() ? std::nullopt : std::optional(*found);
    }

    void addRoot() {
        const bool isKnown = std::any_of(m_graph.nodes.begin(), m_graph.nodes.end(),
                                         [](const FlowGraph::Node& node) { return !node.entered.empty(); });
        if (!isKnown || m_fromRoot.size() < 2) return;
        m_root = static_cast<std::uint32_t>(m_diagram.boxes.size());
        FlowDiagram::Box root;
        root.kind = FlowDiagram::Kind::Total;
        root.self.resize(m_graph.total.size());
        root.cumulative = m_graph.total;
        m_diagram.boxes.push_back(std::move(root));
        for (FlowDiagram::Edge& edge : m_fromRoot) {
            edge.from = *m_root;
            m_diagram.edges.push_back(std::move(edge));
        }
    }

    void addOthers() {
        FlowDiagram::Box others;
        others.kind = FlowDiagram::Kind::Other;
        others.self = m_diagram.withoutStack;
        for (std::size_t i = 0; i < m_graph.nodes.size(); ++i)
            for (std::size_t t = 0; !m_kept.nodes[i] && t < others.self.size(); ++t)
                others.self[t] += m_graph.nodes[i].self[t];
        if (m_diagram.hiddenNodes == 0 && greatestOf(others.self) == 0) return;
        others.cumulative = others.self;
        if (m_root) {
            std::vector<std::int64_t> amounts = amountsOf(others.self);
            m_diagram.edges.push_back(
                {*m_root, static_cast<std::uint32_t>(m_diagram.boxes.size()), std::move(amounts), true});
        }
        m_diagram.boxes.push_back(std::move(others));
    }

    std::vector<std::int64_t> amountsOf(const std::vector<Estimate>& usages) const {
        std::vector<std::int64_t> amounts;
        for (const Estimate& usage : usages) amounts.push_back(usage.of(m_graph.measure));
        return amounts;
    }
    static std::int64_t greatest(const std::vector<std::int64_t>& amounts) {
        return amounts.empty() ? 0 : *std::max_element(amounts.begin(), amounts.end());
    }
    std::int64_t greatestOf(const std::vector<Estimate>& usages) const {
        std::int64_t max = 0;
        for (const Estimate& usage : usages) max = std::max(max, usage.of(m_graph.measure));
        return max;
    }

    const FlowGraph& m_graph;
    const FlowSelection m_kept;
    const std::size_t m_maxEdges;
    std::vector<std::uint32_t> m_next;  // by node: the next line of its box
    std::vector<bool> m_isContinuation;
    std::vector<std::uint32_t> m_boxOf;         // by node
    std::vector<std::uint32_t> m_first;         // by box: its first node
    std::vector<std::size_t> m_faint;           // hidden edges between shown lines, the greatest first
    std::vector<bool> m_isReached;              // by box
    std::vector<FlowDiagram::Edge> m_fromRoot;  // without their `from`
    std::optional<std::uint32_t> m_root;        // box
    FlowDiagram m_diagram;
};

}  // namespace

FlowDiagram makeFlowDiagram(const FlowGraph& graph, const FlowGraphOptions& options) {
    if (!(options.minNodeFraction >= 0 && options.minNodeFraction <= 1) ||
        !(options.minEdgeFraction >= 0 && options.minEdgeFraction <= 1))
        throw std::invalid_argument("smallest node and smallest edge are fractions between 0 and 1");
    return DiagramMaker(graph, options).take();
}

}  // namespace heapprof
