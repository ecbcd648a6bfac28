// What mouse, keyboard, context menu and search do in the flow graph.
#include <QApplication>
#include <QKeyEvent>
#include <QMenu>
#include <algorithm>

#include "gui/common/line_menu.h"
#include "gui/flowgraph/flow_graph_view.h"
#include "gui/flowgraph/flow_paths.h"

namespace heapprof::gui {

bool FlowGraphView::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_canvas || event->type() != QEvent::KeyPress) return InstantView::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const QPointF middle = QRectF(m_canvas->viewport()->rect()).center();
    switch (key->key()) {
        case Qt::Key_Up:
            return moveSelection(FlowScene::Direction::Up);
        case Qt::Key_Down:
            return moveSelection(FlowScene::Direction::Down);
        case Qt::Key_Left:
        case Qt::Key_Right:
            if (key->modifiers() != Qt::NoModifier && key->modifiers() != Qt::KeypadModifier)
                return false;  // Alt: history
            return moveSelection(key->key() == Qt::Key_Left ? FlowScene::Direction::Left : FlowScene::Direction::Right);
        case Qt::Key_Plus:
            m_canvas->zoomAbout(1.25, middle);
            return true;
        case Qt::Key_Minus:
            m_canvas->zoomAbout(0.8, middle);
            return true;
        case Qt::Key_0:
            m_canvas->fitAll();
            return true;
        case Qt::Key_H:
            if (key->modifiers() != Qt::NoModifier) return false;
            showHeaviestPath();
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (!state().selectedLine || !m_scene.boxOf(*state().selectedLine)) return false;
            focusOn(*state().selectedLine);
            return true;
        default:
            return InstantView::eventFilter(watched, event);
    }
}

void FlowGraphView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && (store().leaveSearch() || leaveFocus())) return;
    if (event->key() == Qt::Key_Escape && m_scene.isPathLit()) {
        m_scene.setPathLit(false);
        return updateNote();
    }
    InstantView::keyPressEvent(event);
}

bool FlowGraphView::moveSelection(FlowScene::Direction direction) {
    if (!m_scene.picture()) return false;
    const auto box = state().selectedLine ? m_scene.boxOf(*state().selectedLine) : std::nullopt;
    // Without a selection the first key goes to the greatest box.
    const auto next = box ? m_scene.neighbour(*box, direction) : greatestBox(m_scene.picture()->diagram);
    if (!next) return true;
    const auto& boxes = m_scene.picture()->diagram.boxes;
    select(boxes[*next].lines.front());
    if (!m_canvas->visibleRect().contains(m_scene.boxRect(*next))) reveal(boxes[*next].lines.front());
    return true;
}

void FlowGraphView::showMenu(const QPointF& at, const QPoint& global) {
    if (!m_scene.picture()) return;
    const auto hit = m_scene.boxAt(at);
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("lineMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (hit && hit->line) {
        const LineIndex line = *hit->line;
        select(line);
        menu->addAction(tr("&Focus on Callers and Callees"), this, [this, line] { focusOn(line); });
        addLineActions(*menu, store(), *m_scene.picture()->result->info);
        menu->addSeparator();
    }
    if (m_scene.picture()->lowerMinNodeFraction())
        menu->addAction(tr("Show S&maller Lines"), this, &FlowGraphView::showMore);
    menu->addAction(tr("&Heaviest Path"), this, &FlowGraphView::showHeaviestPath);
    menu->addAction(tr("Show the &Whole Graph"), m_canvas, &FlowCanvas::fitAll);
    menu->popup(global);
}

void FlowGraphView::click(const QPointF& at) {
    const auto hit = m_scene.boxAt(at);
    if (!hit) return;
    if (hit->line) select(hit->line);
    if (m_scene.picture()->diagram.boxes[hit->box].kind == FlowDiagram::Kind::Other) showMore();
}

void FlowGraphView::doubleClick(const QPointF& at) {
    const auto hit = m_scene.boxAt(at);
    if (!hit) return m_canvas->fitAll();
    const FlowDiagram::Box& box = m_scene.picture()->diagram.boxes[hit->box];
    if (!box.lines.empty()) focusOn(hit->line.value_or(box.lines.front()));
    if (box.kind == FlowDiagram::Kind::Total) m_canvas->fitAll();
}

void FlowGraphView::showMore() {
    const auto lower = m_scene.picture()->lowerMinNodeFraction();
    if (lower) store().change([&](ViewState& next) { next.flow.minNodeFraction = *lower; });
}

void FlowGraphView::showHeaviestPath() {
    if (!isPictureShown()) return;
    leaveFocus();
    const std::vector<std::size_t> path = heaviestPath(m_scene.picture()->diagram);
    if (path.empty()) return;
    const FlowPicture& picture = *m_scene.picture();
    select(heaviestLine(picture.result->flow(), picture.diagram.boxes[path.back()].lines));
    m_scene.setPathLit(true);
    m_canvas->showPath(path);
    updateNote();
}

void FlowGraphView::select(std::optional<LineIndex> line) {
    m_selecting = true;
    store().change([&](ViewState& next) { next.selectedLine = line; });
    m_selecting = false;
}

void FlowGraphView::reveal(LineIndex line) {
    const auto box = m_scene.boxOf(line);
    if (!box) return;
    const double zoom = std::max(m_canvas->zoom(), m_canvas->readableZoom());
    m_canvas->setFitting(false);
    m_canvas->show(zoom, m_scene.boxRect(*box).center(), QRectF(m_canvas->viewport()->rect()).center());
}

void FlowGraphView::focusOn(LineIndex line) {
    if (!m_beforeFocus)
        m_beforeFocus = Place{m_canvas->zoom(), m_canvas->visibleRect().center(), m_canvas->isFitting()};
    m_scene.setFocus(line);
    m_canvas->setFitting(false);
    m_canvas->fit(m_scene.focusRect());
    updateNote();
}

bool FlowGraphView::leaveFocus() {
    if (!m_beforeFocus) return false;
    m_scene.setFocus({});
    const Place place = *std::exchange(m_beforeFocus, std::nullopt);
    if (place.fitting) {
        m_canvas->fitReadably();
    } else {
        m_canvas->show(place.zoom, place.centre, QRectF(m_canvas->viewport()->rect()).center());
    }
    updateNote();
    return true;
}

void FlowGraphView::updateSearch() {
    const FlowPicture* picture = m_scene.picture();
    if (!picture || state().search.text.empty()) {
        m_searchTask.cancel();
        m_scene.setMatches(nullptr);
        return;
    }
    m_searchTask.start(
        [result = picture->result, text = state().search.text](std::stop_token) { return result->search(text); },
        [this](std::shared_ptr<const SearchMatches> matches) { takeMatches(std::move(matches)); });
}

void FlowGraphView::takeMatches(std::shared_ptr<const SearchMatches> matches) {
    m_scene.setMatches(std::move(matches));
    const std::vector<std::size_t>& boxes = m_scene.matches();
    if (!boxes.empty() && std::exchange(m_isSearchNew, false)) {
        const QRectF visible = m_canvas->visibleRect();
        const auto isInSight = [&](std::size_t box) { return visible.intersects(m_scene.boxRect(box)); };
        if (std::ranges::none_of(boxes, isInSight))
            reveal(m_scene.picture()->diagram.boxes[boxes.front()].lines.front());
    }
    if (!isBusy()) emit settled();
}

void FlowGraphView::goToMatch() {
    const std::optional<LineIndex> line = state().search.at;
    m_scene.setCurrentMatch(line);
    if (line) reveal(*line);
    updateNote();
}

}  // namespace heapprof::gui
