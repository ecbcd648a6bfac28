// The mouse and the keyboard on the flame graph.
#include <QApplication>
#include <QGestureEvent>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QToolTip>
#include <QWheelEvent>
#include <cmath>

#include "gui/flamegraph/flame_canvas.h"

namespace heapprof::gui {
namespace {
constexpr double kZoomPerStep = 1.25;
constexpr int kRowsPerStep = 3;
}  // namespace

bool FlameCanvas::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        if (const auto node = nodeAt(help->pos())) {
            // Escaped, as a tool tip takes what looks like markup for markup.
            const auto band = bandAt(*node);
            const QString text =
                (band ? m_scene->details(*band, QStringLiteral("\n")) : m_scene->details(*node, QStringLiteral("\n")))
                    .toHtmlEscaped();
            QToolTip::showText(help->globalPos(), QStringLiteral("<p style='white-space:pre-wrap'>%1</p>").arg(text),
                               this, nodeRectangle(*node).toAlignedRect());
        } else {
            QToolTip::hideText();
        }
        return true;
    }
    if (event->type() == QEvent::NativeGesture) {
        const auto* gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            zoom(std::max(0.1, 1 + gesture->value()), gesture->position().x());
            return true;
        }
    }
    if (event->type() == QEvent::Gesture && pinch(*static_cast<QGestureEvent*>(event))) return true;
    return QWidget::event(event);
}

bool FlameCanvas::pinch(QGestureEvent& event) {
    const auto* gesture = static_cast<QPinchGesture*>(event.gesture(Qt::PinchGesture));
    if (!gesture || !m_scene) return false;
    const double x = mapFromGlobal(gesture->centerPoint()).x();
    // Between the fingers stays what was between them.
    const double before = gesture->state() == Qt::GestureStarted ? x : mapFromGlobal(gesture->lastCenterPoint()).x();
    setLeft(m_left - (x - before) * m_width / std::max(1, QWidget::width()));
    zoom(std::clamp(gesture->scaleFactor(), 0.1, 10.0), x);
    m_press = Press::None;  // what the first finger had begun
    return true;
}

void FlameCanvas::wheelEvent(QWheelEvent* event) {
    if (!m_scene) return;
    QPointF steps = QPointF(event->angleDelta()) / 120.0;
    if (event->modifiers() & Qt::ControlModifier) {
        zoom(std::pow(kZoomPerStep, steps.y()), event->position().x());
    } else {
        if (event->modifiers() & Qt::ShiftModifier && steps.x() == 0) steps = QPointF(steps.y(), 0);
        if (steps.x() != 0) setLeft(m_left - steps.x() * m_width / 10);
        m_wheelRemainder += -steps.y() * kRowsPerStep * rowHeight();  // touch pads send fractions of a pixel
        const double whole = std::trunc(m_wheelRemainder);
        m_wheelRemainder -= whole;
        setScroll(m_scroll + static_cast<int>(whole));
    }
    setHovered(nodeAt(event->position()));
    event->accept();
}

void FlameCanvas::contextMenuEvent(QContextMenuEvent* event) {
    const bool isByMouse = event->reason() == QContextMenuEvent::Mouse;
    const auto node = isByMouse ? nodeAt(event->pos()) : m_current;
    if (!node) return;
    setCurrent(node);
    emit picked(*node, false);
    emit menuWanted(*node, event->globalPos());
}

void FlameCanvas::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
    m_press = Press::Button;
    m_pressedAt = m_draggedTo = event->position();
}

void FlameCanvas::mouseMoveEvent(QMouseEvent* event) {
    if (m_press == Press::Button &&
        (event->position() - m_pressedAt).manhattanLength() >= QApplication::startDragDistance()) {
        m_press = Press::Drag;
        setCursor(Qt::ClosedHandCursor);
    }
    if (m_press == Press::Drag) {
        const QPointF by = event->position() - m_draggedTo;
        m_draggedTo = event->position();
        setLeft(m_left - by.x() * m_width / std::max(1, QWidget::width()));
        setScroll(m_scroll - static_cast<int>(std::lround(by.y())));
        return;
    }
    setHovered(nodeAt(event->position()));
}

void FlameCanvas::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return QWidget::mouseReleaseEvent(event);
    const Press press = std::exchange(m_press, Press::None);
    unsetCursor();
    if (press != Press::Button) return;
    if (const auto node = nodeAt(event->position())) {
        if (const auto band = bandAt(*node)) {
            m_press = Press::Opened;
            open(*band, event->position().x());
            return;
        }
        setCurrent(node);
        emit picked(*node, false);
    }
}

void FlameCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    // What the first click has moved under the cursor was not meant, neither now nor when the button is released.
    if (std::exchange(m_press, Press::None) == Press::Opened) return;
    const auto node = nodeAt(event->position());
    if (!node) return;
    if (const auto band = bandAt(*node))
        open(*band, event->position().x());
    else
        emit activated(*node);
}

void FlameCanvas::leaveEvent(QEvent*) { setHovered(std::nullopt); }

bool FlameCanvas::isInHome(std::uint32_t node) const {
    const FlameLayout& layout = m_scene->layout;
    return layout.end(node) > layout.start(m_focus) && layout.start(node) < layout.end(m_focus);
}

std::optional<std::uint32_t> FlameCanvas::neighbour(int key) const {
    if (!m_current) return m_focus;
    const CallTree::Node& node = m_scene->tree().nodes[*m_current];
    if (key == (m_rootAtTop ? Qt::Key_Up : Qt::Key_Down)) return *m_current == 0 ? m_current : node.parent;
    if (key == (m_rootAtTop ? Qt::Key_Down : Qt::Key_Up)) {
        for (std::uint32_t child = node.firstChild; child < node.firstChild + node.childCount; ++child) {
            if (isInHome(child)) return child;
        }
        return m_current;
    }
    const auto [begin, end] = m_scene->layout.row(node.depth);
    const std::uint32_t next = key == Qt::Key_Left ? *m_current - 1 : *m_current + 1;
    const bool exists = key == Qt::Key_Left ? *m_current > begin : next < end;
    return exists && isInHome(next) ? next : *m_current;
}

void FlameCanvas::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) {
        emit escapePressed();
        return;
    }
    if (!m_scene || m_scene->layout.total() == 0 || event->modifiers() & (Qt::AltModifier | Qt::MetaModifier)) {
        return QWidget::keyPressEvent(event);
    }
    switch (event->key()) {
        case Qt::Key_Left:
        case Qt::Key_Right:
        case Qt::Key_Up:
        case Qt::Key_Down:
            if (const auto node = neighbour(event->key())) {
                goTo(*node);
                emit picked(*node, true);
            }
            return;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (m_current) emit activated(*m_current);
            return;
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            return zoom(kZoomPerStep, QWidget::width() / 2.0);
        case Qt::Key_Minus:
            return zoom(1 / kZoomPerStep, QWidget::width() / 2.0);
        case Qt::Key_Home:
        case Qt::Key_0:
            return showHome();
        case Qt::Key_PageUp:
            return setScroll(m_scroll - height() + rowHeight());
        case Qt::Key_PageDown:
            return setScroll(m_scroll + height() - rowHeight());
        default:
            QWidget::keyPressEvent(event);
    }
}

}  // namespace heapprof::gui
