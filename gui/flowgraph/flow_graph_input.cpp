// What the keyboard and the context menu do in the flow graph.
#include <QApplication>
#include <QKeyEvent>
#include <QMenu>
#include <algorithm>

#include "gui/common/line_menu.h"
#include "gui/flowgraph/flow_graph_view.h"

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
    if (event->key() == Qt::Key_Escape && leaveFocus()) return;
    InstantView::keyPressEvent(event);
}

bool FlowGraphView::moveSelection(FlowScene::Direction direction) {
    if (!m_scene.picture()) return false;
    const auto box = state().selectedLine ? m_scene.boxOf(*state().selectedLine) : std::nullopt;
    // Without a selection the first key goes to the greatest box.
    const auto next = box ? m_scene.neighbour(*box, direction) : m_scene.greatestBox();
    if (!next) return true;
    const auto& boxes = m_scene.picture()->diagram.boxes;
    select(boxes[*next].lines.front());
    if (!m_canvas->visibleRect().contains(m_scene.boxRect(*next))) reveal(boxes[*next].lines.front());
    return true;
}

void FlowGraphView::showMenu(const QPointF& at, const QPoint& global) {
    const auto hit = m_scene.boxAt(at);
    if (!hit || !hit->line) return;
    const LineIndex line = *hit->line;
    select(line);
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("lineMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("&Focus on Callers and Callees"), this, [this, line] { focusOn(line); });
    addLineActions(*menu, store(), *m_scene.picture()->result->info);
    menu->popup(global);
}

}  // namespace heapprof::gui
