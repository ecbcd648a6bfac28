#include "gui/flowgraph/flow_paths.h"

#include <algorithm>

namespace heapprof::gui {
namespace {

bool isOfLines(const FlowDiagram& diagram, std::size_t box) {
    return diagram.boxes[box].kind == FlowDiagram::Kind::Lines;
}

/// Adds to `result` what is reached from `start`, up- or downwards.
void follow(const FlowDiagram& diagram, std::size_t start, bool upwards, std::vector<bool>& result) {
    std::vector<bool> seen(diagram.boxes.size(), false);
    std::vector<std::size_t> pending{start};
    seen[start] = true;
    while (!pending.empty()) {
        const std::size_t at = pending.back();
        pending.pop_back();
        result[at] = true;
        for (const FlowDiagram::Edge& edge : diagram.edges) {
            const std::size_t here = upwards ? edge.to : edge.from, there = upwards ? edge.from : edge.to;
            if (here != at || seen[there]) continue;
            seen[there] = true;
            pending.push_back(there);
        }
    }
}

/// The edge that carries most from `box`, or to it, and has a box of lines at its other end.
const FlowDiagram::Edge* greatestEdge(const FlowDiagram& diagram, std::size_t box, bool upwards) {
    const FlowDiagram::Edge* greatest = nullptr;
    for (const FlowDiagram::Edge& edge : diagram.edges) {
        const std::size_t here = upwards ? edge.to : edge.from, there = upwards ? edge.from : edge.to;
        if (here != box || there == box || !isOfLines(diagram, there)) continue;
        if (greatest == nullptr || edge.amounts.back() > greatest->amounts.back()) greatest = &edge;
    }
    return greatest;
}

}  // namespace

std::optional<std::size_t> greatestBox(const FlowDiagram& diagram) {
    std::optional<std::size_t> greatest;
    for (std::size_t b = 0; b < diagram.boxes.size(); ++b)
        if (isOfLines(diagram, b) && (!greatest || diagram.boxes[b].cumulative.back().of(diagram.measure) >
                                                       diagram.boxes[*greatest].cumulative.back().of(diagram.measure)))
            greatest = b;
    return greatest;
}

std::vector<bool> related(const FlowDiagram& diagram, std::size_t box) {
    std::vector<bool> result(diagram.boxes.size(), false);
    follow(diagram, box, true, result);
    follow(diagram, box, false, result);
    return result;
}

std::vector<std::size_t> heaviestPath(const FlowDiagram& diagram) {
    const auto root = std::ranges::find(diagram.boxes, FlowDiagram::Kind::Total, &FlowDiagram::Box::kind);
    std::optional<std::size_t> at = greatestBox(diagram);
    if (root != diagram.boxes.end())
        at = greatestCallee(diagram, static_cast<std::size_t>(root - diagram.boxes.begin()));
    std::vector<std::size_t> path;
    while (at && std::ranges::find(path, *at) == path.end()) {
        path.push_back(*at);
        const FlowDiagram::Edge* edge = greatestEdge(diagram, *at, false);
        at.reset();
        if (edge != nullptr && edge->amounts.back() > diagram.boxes[path.back()].self.back().of(diagram.measure))
            at = edge->to;
    }
    return path;
}

LineIndex heaviestLine(const FlowGraph& graph, const std::vector<LineIndex>& lines) {
    const auto selfOf = [&](LineIndex line) {
        const auto node = std::ranges::lower_bound(graph.nodes, line, {}, &FlowGraph::Node::line);
        return node == graph.nodes.end() || node->line != line ? 0 : node->self.back().of(graph.measure);
    };
    return *std::ranges::max_element(lines, {}, selfOf);
}

std::optional<std::size_t> greatestCaller(const FlowDiagram& diagram, std::size_t box) {
    const FlowDiagram::Edge* edge = greatestEdge(diagram, box, true);
    return edge == nullptr ? std::nullopt : std::optional<std::size_t>(edge->from);
}

std::optional<std::size_t> greatestCallee(const FlowDiagram& diagram, std::size_t box) {
    const FlowDiagram::Edge* edge = greatestEdge(diagram, box, false);
    return edge == nullptr ? std::nullopt : std::optional<std::size_t>(edge->to);
}

}  // namespace heapprof::gui
