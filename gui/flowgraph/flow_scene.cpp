#include "gui/flowgraph/flow_scene.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

#include "gui/flowgraph/flow_paths.h"
#include "gui/flowgraph/flow_tips.h"

namespace heapprof::gui {

FlowScene::FlowScene(QObject* parent) : QGraphicsScene(parent) {}

void FlowScene::setPicture(std::shared_ptr<const FlowPicture> picture, DiagramContent content,
                           const GraphLayout& layout) {
    clear();
    m_boxes.clear();
    m_edges.clear();
    m_hovered.reset();
    m_picture = std::move(picture);
    m_content = std::move(content);
    m_graphRect = QRectF(QPointF(), layout.size);
    for (std::size_t e = 0; e < m_content.edges.size(); ++e) {
        const EdgeContent& edge = m_content.edges[e];
        m_edges.push_back(new EdgeItem(edge, layout.edges[e], m_content.labelFont, m_content.labelSize(edge.label)));
        addItem(m_edges.back());
        m_graphRect |= m_edges.back()->boundingRect();
    }
    for (std::size_t b = 0; b < m_content.boxes.size(); ++b) {
        m_boxes.push_back(new BoxItem(m_content.boxes[b]));
        addItem(m_boxes.back());
        m_boxes.back()->setPos(layout.boxes[b]);
        m_graphRect |= boxRect(b);
    }
    setSceneRect(m_graphRect);
    findMatches();
    updateLooks();
}

void FlowScene::setAmounts(std::shared_ptr<const FlowPicture> picture, DiagramContent content,
                           const GraphLayout& layout) {
    const auto now = [&](std::optional<std::size_t> box) -> std::optional<std::size_t> {
        if (!box) return {};
        const FlowDiagram::Box& was = m_picture->diagram.boxes[*box];
        const auto& boxes = picture->diagram.boxes;
        const auto found = std::ranges::find_if(
            boxes, [&](const FlowDiagram::Box& is) { return is.kind == was.kind && is.lines == was.lines; });
        return found == boxes.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - boxes.begin()));
    };
    const auto hovered = now(m_hovered);
    setPicture(std::move(picture), std::move(content), layout);
    m_hovered = hovered;
    updateLooks();
}

bool FlowScene::isOfLines(std::size_t box) const {
    return m_picture->diagram.boxes[box].kind == FlowDiagram::Kind::Lines;
}

std::vector<std::size_t> FlowScene::litPath() const {
    return m_isPathLit && m_picture ? heaviestPath(m_picture->diagram) : std::vector<std::size_t>();
}

void FlowScene::setPathLit(bool lit) {
    m_isPathLit = lit;
    updateLooks();
}

QRectF FlowScene::boxRect(std::size_t box) const { return m_boxes[box]->box().translated(m_boxes[box]->pos()); }

std::optional<std::size_t> FlowScene::boxOf(LineIndex line) const {
    if (!m_picture) return {};
    const auto& boxes = m_picture->diagram.boxes;
    for (std::size_t b = 0; b < boxes.size(); ++b)
        if (std::find(boxes[b].lines.begin(), boxes[b].lines.end(), line) != boxes[b].lines.end()) return b;
    return {};
}

std::optional<FlowScene::Hit> FlowScene::boxAt(const QPointF& point) const {
    for (std::size_t b = 0; b < m_boxes.size(); ++b) {
        if (!boxRect(b).contains(point)) continue;
        const int row = m_boxes[b]->rowAt(point - m_boxes[b]->pos());
        if (row >= 0) return Hit{b, m_content.boxes[b].rows[static_cast<std::size_t>(row)].line};
        if (!isOfLines(b)) return Hit{b, {}};
        return Hit{b, m_picture->diagram.boxes[b].lines.back()};
    }
    return {};
}

QString FlowScene::toolTipAt(const QPointF& point) const {
    if (const auto hit = boxAt(point)) return boxToolTip(*m_picture, hit->box, hit->line);
    for (std::size_t e = 0; e < m_edges.size(); ++e)
        if (m_edges[e]->boundingRect().contains(point) && m_edges[e]->shape().contains(point))
            return edgeToolTip(*m_picture, e);
    return {};
}

void FlowScene::setSelectedLine(std::optional<LineIndex> line) {
    m_selected = line;
    updateLooks();
}

void FlowScene::setHovered(std::optional<std::size_t> box) {
    if (box == m_hovered) return;
    m_hovered = box;
    updateLooks();
}

void FlowScene::setFocus(std::optional<LineIndex> line) {
    m_focus = line;
    updateLooks();
}

QRectF FlowScene::focusRect() const {
    QRectF rect;
    for (std::size_t b = 0; b < m_boxes.size(); ++b)
        if (!m_boxes[b]->look().dimmed) rect |= boxRect(b);
    for (const EdgeItem* edge : m_edges)
        if (!edge->look().dimmed) rect |= edge->boundingRect();
    return rect;
}

void FlowScene::setMatches(std::shared_ptr<const SearchMatches> matches) {
    m_search = std::move(matches);
    findMatches();
    updateLooks();
}

void FlowScene::findMatches() {
    m_matches.clear();
    if (!m_search || !m_picture) return;
    std::vector<bool> isFound(m_boxes.size());
    for (const LineIndex line : m_search->lines) {
        const auto box = boxOf(line);
        if (!box || isFound[*box]) continue;
        isFound[*box] = true;
        m_matches.push_back(*box);
    }
}

void FlowScene::setCurrentMatch(std::optional<LineIndex> line) {
    m_currentMatch = line;
    updateLooks();
}

std::optional<std::size_t> FlowScene::neighbour(std::size_t box, Direction direction) const {
    if (direction == Direction::Up) return greatestCaller(m_picture->diagram, box);
    if (direction == Direction::Down) return greatestCallee(m_picture->diagram, box);
    std::optional<std::size_t> best;
    const QRectF row = boxRect(box);
    double min = 0;
    for (std::size_t b = 0; b < m_boxes.size(); ++b) {
        const double distance = (m_boxes[b]->pos().x() - row.center().x()) * (direction == Direction::Left ? -1 : 1);
        const QRectF other = boxRect(b);
        if (!isOfLines(b) || distance <= 0 || other.bottom() < row.top() || other.top() > row.bottom() ||
            (best && distance >= min))
            continue;
        min = distance;
        best = b;
    }
    return best;
}

void FlowScene::updateLooks() {
    if (!m_picture) return;
    const FlowDiagram& diagram = m_picture->diagram;
    const auto current = m_currentMatch ? boxOf(*m_currentMatch) : std::nullopt;
    const std::optional<std::size_t> focus = m_focus ? boxOf(*m_focus) : std::nullopt;
    const std::vector<bool> bright = focus ? related(diagram, *focus) : std::vector<bool>(m_boxes.size(), true);
    std::vector<bool> lit(m_boxes.size(), false);
    if (m_hovered) lit = related(diagram, *m_hovered);
    const std::vector<std::size_t> path = m_hovered ? std::vector<std::size_t>() : litPath();
    for (const std::size_t box : path) lit[box] = true;
    for (std::size_t b = 0; b < m_boxes.size(); ++b) {
        ItemLook look;
        look.lit = lit[b];
        look.dimmed = !bright[b];
        look.match = std::find(m_matches.begin(), m_matches.end(), b) != m_matches.end();
        look.current = current == b;
        const auto& lines = diagram.boxes[b].lines;
        look.selected = m_selected && std::find(lines.begin(), lines.end(), *m_selected) != lines.end();
        const auto& rows = m_content.boxes[b].rows;
        for (std::size_t r = 0; look.selected && rows.size() > 1 && r < rows.size(); ++r)
            if (rows[r].line == m_selected) look.selectedRow = static_cast<int>(r);
        m_boxes[b]->setLook(look);
    }
    for (std::size_t e = 0; e < m_edges.size(); ++e) {
        ItemLook look;
        const std::size_t from = diagram.edges[e].from, to = diagram.edges[e].to;
        look.lit = lit[from] && lit[to];
        if (look.lit && !path.empty()) look.lit = std::ranges::find(path, from) + 1 == std::ranges::find(path, to);
        look.dimmed = !bright[diagram.edges[e].from] || !bright[diagram.edges[e].to];
        m_edges[e]->setLook(look);
    }
}

void FlowScene::draw(QPainter& painter, const QPalette& palette) {
    const std::optional<std::size_t> hovered = std::exchange(m_hovered, std::nullopt);
    updateLooks();
    const auto drawItem = [&](const auto& item) {
        painter.save();
        painter.translate(item->pos());
        painter.setOpacity(item->opacity());
        item->draw(painter, palette, 1);
        painter.restore();
    };
    for (const EdgeItem* edge : m_edges) drawItem(edge);
    for (const BoxItem* box : m_boxes) drawItem(box);
    m_hovered = hovered;
    updateLooks();
}

}  // namespace heapprof::gui
