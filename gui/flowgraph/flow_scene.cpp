#include "gui/flowgraph/flow_scene.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace heapprof::gui {

FlowScene::FlowScene(QObject* parent) : QGraphicsScene(parent) {}

void FlowScene::setPicture(std::shared_ptr<const FlowPicture> picture, DiagramContent content,
                           const GraphLayout& layout) {
    clear();
    m_boxes.clear();
    m_edges.clear();
    m_hovered.reset();
    m_currentMatch.reset();
    m_picture = std::move(picture);
    m_content = std::move(content);
    m_layout = layout;
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

void FlowScene::setAmounts(std::shared_ptr<const FlowPicture> picture, DiagramContent content) {
    const auto hovered = m_hovered, currentMatch = m_currentMatch;
    setPicture(std::move(picture), std::move(content), GraphLayout(m_layout));
    m_hovered = hovered;
    m_currentMatch = currentMatch;
    updateLooks();
}

std::optional<std::size_t> FlowScene::greatestBox() const {
    if (!m_picture || m_picture->diagram.boxes.empty()) return std::nullopt;
    const auto& boxes = m_picture->diagram.boxes;
    const auto max = std::max_element(boxes.begin(), boxes.end(), [](const auto& a, const auto& b) {
        return a.cumulative.back().bytes < b.cumulative.back().bytes;
    });
    return static_cast<std::size_t>(max - boxes.begin());
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

void FlowScene::setSearch(const QString& text) {
    m_search = text;
    m_currentMatch.reset();
    findMatches();
    updateLooks();
}

void FlowScene::findMatches() {
    m_matches.clear();
    if (m_search.isEmpty() || !m_picture) return;
    for (std::size_t b = 0; b < m_boxes.size(); ++b)
        if (boxMatches(*m_picture, b, m_search)) m_matches.push_back(b);
    std::sort(m_matches.begin(), m_matches.end(), [&](std::size_t a, std::size_t b) {
        const QPointF p = m_boxes[a]->pos(), q = m_boxes[b]->pos();
        return p.y() != q.y() ? p.y() < q.y() : p.x() < q.x();
    });
}

void FlowScene::setCurrentMatch(std::optional<std::size_t> box) {
    m_currentMatch = box;
    updateLooks();
}

std::optional<std::size_t> FlowScene::neighbour(std::size_t box, Direction direction) const {
    std::optional<std::size_t> best;
    if (direction == Direction::Up || direction == Direction::Down) {
        std::int64_t most = -1;
        for (const FlowDiagram::Edge& edge : m_picture->diagram.edges) {
            const std::size_t here = direction == Direction::Up ? edge.to : edge.from;
            const std::size_t there = direction == Direction::Up ? edge.from : edge.to;
            if (here != box || there == box || edge.bytes.back() <= most) continue;
            most = edge.bytes.back();
            best = there;
        }
        return best;
    }
    const QRectF row = boxRect(box);
    double min = 0;
    for (std::size_t b = 0; b < m_boxes.size(); ++b) {
        const double distance = (m_boxes[b]->pos().x() - row.center().x()) * (direction == Direction::Left ? -1 : 1);
        const QRectF other = boxRect(b);
        if (distance <= 0 || other.bottom() < row.top() || other.top() > row.bottom() || (best && distance >= min))
            continue;
        min = distance;
        best = b;
    }
    return best;
}

std::vector<bool> FlowScene::related(std::size_t box) const {
    const auto& edges = m_picture->diagram.edges;
    std::vector<bool> result(m_boxes.size(), false);
    for (const bool upwards : {true, false}) {
        std::vector<bool> seen(m_boxes.size(), false);
        std::vector<std::size_t> pending{box};
        seen[box] = true;
        while (!pending.empty()) {
            const std::size_t at = pending.back();
            pending.pop_back();
            result[at] = true;
            for (const FlowDiagram::Edge& edge : edges) {
                const std::size_t here = upwards ? edge.to : edge.from, there = upwards ? edge.from : edge.to;
                if (here != at || seen[there]) continue;
                seen[there] = true;
                pending.push_back(there);
            }
        }
    }
    return result;
}

void FlowScene::updateLooks() {
    if (!m_picture) return;
    const FlowDiagram& diagram = m_picture->diagram;
    const std::optional<std::size_t> focus = m_focus ? boxOf(*m_focus) : std::nullopt;
    const std::vector<bool> bright = focus ? related(*focus) : std::vector<bool>(m_boxes.size(), true);
    const std::vector<bool> lit = m_hovered ? related(*m_hovered) : std::vector<bool>(m_boxes.size(), false);
    for (std::size_t b = 0; b < m_boxes.size(); ++b) {
        ItemLook look;
        look.lit = lit[b];
        look.dimmed = !bright[b];
        look.match = std::find(m_matches.begin(), m_matches.end(), b) != m_matches.end();
        look.current = m_currentMatch == b;
        const auto& lines = diagram.boxes[b].lines;
        look.selected = m_selected && std::find(lines.begin(), lines.end(), *m_selected) != lines.end();
        const auto& rows = m_content.boxes[b].rows;
        for (std::size_t r = 0; look.selected && rows.size() > 1 && r < rows.size(); ++r)
            if (rows[r].line == m_selected) look.selectedRow = static_cast<int>(r);
        m_boxes[b]->setLook(look);
    }
    for (std::size_t e = 0; e < m_edges.size(); ++e) {
        ItemLook look;
        look.lit = lit[diagram.edges[e].from] && lit[diagram.edges[e].to];
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
