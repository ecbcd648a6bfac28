#include "gui/flowgraph/kept_layout.h"

#include <algorithm>

namespace heapprof::gui {
namespace {
constexpr std::size_t kMostlyGone = 2;  // so many times as many boxes as are left
}

void KeptLayout::keep(std::shared_ptr<const FlowPicture> picture, DiagramContent content, GraphLayout layout) {
    m_picture = std::move(picture);
    m_content = std::move(content);
    m_layout = std::move(layout);
    m_boxes.clear();
    m_edges.clear();
    const FlowDiagram& diagram = m_picture->diagram;
    for (std::uint32_t b = 0; b < diagram.boxes.size(); ++b)
        m_boxes.emplace(BoxKey{diagram.boxes[b].kind, diagram.boxes[b].lines}, b);
    for (std::size_t e = 0; e < diagram.edges.size(); ++e)
        m_edges.emplace(std::pair(diagram.edges[e].from, diagram.edges[e].to), e);
}

std::optional<KeptLayout::Known> KeptLayout::of(const FlowPicture& picture, DiagramContent& content) const {
    if (!isOfSameQuestion(picture, content)) return {};
    Known known;
    known.layout.size = m_layout.size;
    std::vector<std::uint32_t> places;
    for (const FlowDiagram::Box& box : picture.diagram.boxes) {
        const auto place = m_boxes.find(BoxKey{box.kind, box.lines});
        if (place == m_boxes.end()) return {};
        places.push_back(place->second);
        known.layout.boxes.push_back(m_layout.boxes[place->second]);
    }
    for (const FlowDiagram::Edge& edge : picture.diagram.edges) {
        const auto place = m_edges.find({places[edge.from], places[edge.to]});
        if (place == m_edges.end()) return {};
        known.layout.edges.push_back(m_layout.edges[place->second]);
    }
    known.isWorn = places.size() * kMostlyGone < m_boxes.size();
    for (std::size_t b = 0; b < places.size(); ++b) {
        const bool differsMuch = content.boxes[b].keepGeometry(m_content.boxes[places[b]]);
        known.isWorn = known.isWorn || differsMuch;
    }
    return known;
}

bool KeptLayout::isOfSameQuestion(const FlowPicture& picture, const DiagramContent& content) const {
    if (!m_picture) return false;
    const InstantResult &known = *m_picture->result, &now = *picture.result;
    const auto isNamedAlike = [&](const auto& named) {
        const auto before = m_picture->functions.find(named.first);
        return before == m_picture->functions.end() || before->second == named.second;
    };
    return known.info->metadata.uuid == now.info->metadata.uuid && known.counted == now.counted &&
           known.isInterval() == now.isInterval() && known.mode == now.mode &&
           known.treeOptions.hidden == now.treeOptions.hidden && m_picture->options == picture.options &&
           m_content.labelFont == content.labelFont && std::ranges::all_of(picture.functions, isNamedAlike);
}

}  // namespace heapprof::gui
