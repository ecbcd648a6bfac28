#include "gui/flowgraph/flow_canvas.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QScrollBar>
#include <QTextDocument>
#include <QToolTip>
#include <QWheelEvent>
#include <cmath>
#include <limits>

#include "gui/flowgraph/flow_paths.h"

namespace heapprof::gui {
namespace {
constexpr double kReadablePixels = 9;
constexpr double kFitMargin = 18;      // pixels around a fitted picture
constexpr double kAlwaysVisible = 40;  // pixels of the picture that cannot be dragged out of sight
}  // namespace

FlowCanvas::FlowCanvas(FlowScene& scene, QWidget* parent) : QGraphicsView(&scene, parent), m_scene(scene) {
    setObjectName(QStringLiteral("flowCanvas"));
    setAccessibleName(tr("Flow graph"));
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTransformationAnchor(NoAnchor);
    setResizeAnchor(NoAnchor);
    setMouseTracking(true);
    setMinimumSize(160, 60);
}

double FlowCanvas::readableZoom() const {
    return m_scene.picture() ? std::min(1.0, kReadablePixels / m_scene.content().smallestLetters()) : 1;
}

void FlowCanvas::show(double zoom, const QPointF& at, const QPointF& where) {
    const double scale = std::clamp(zoom, kMinZoom, kMaxZoom);
    // A scene rectangle larger than the viewport by this much makes a scroll bar's value the exact place of the
    // picture.
    const double x = std::max(0.0, viewport()->width() - kAlwaysVisible) / scale;
    const double y = std::max(0.0, viewport()->height() - kAlwaysVisible) / scale;
    setTransform(QTransform::fromScale(scale, scale));
    setSceneRect(m_scene.graphRect().adjusted(-x, -y, x, y));
    horizontalScrollBar()->setValue(static_cast<int>(std::lround(at.x() * scale - where.x())));
    verticalScrollBar()->setValue(static_cast<int>(std::lround(at.y() * scale - where.y())));
    emit viewChanged();
}

void FlowCanvas::zoomAbout(double factor, const QPointF& where) {
    m_fitting = false;
    const QPointF at = viewportTransform().inverted().map(where);
    show(zoom() * factor, at, where);
}

void FlowCanvas::centreOn(const QPointF& at) {
    m_fitting = false;
    show(zoom(), at, QRectF(viewport()->rect()).center());
}

void FlowCanvas::fit(const QRectF& rect) {
    const double width = std::max(1.0, viewport()->width() - 2 * kFitMargin),
                 height = std::max(1.0, viewport()->height() - 2 * kFitMargin);
    const double scale = std::min({width / std::max(1.0, rect.width()), height / std::max(1.0, rect.height()), 1.0});
    show(scale, rect.center(), QRectF(viewport()->rect()).center());
}

void FlowCanvas::fitAll() {
    m_fitting = m_isWholeWanted = true;
    fit(m_scene.graphRect());
}

void FlowCanvas::fitReadably() {
    m_fitting = true;
    fit(m_scene.graphRect());
    const auto path = m_scene.picture() ? heaviestPath(m_scene.picture()->diagram) : std::vector<std::size_t>();
    if (m_isWholeWanted || zoom() >= readableZoom() || path.empty()) return;
    showWhole(path);
}

QPointF FlowCanvas::cornerFor(const QRectF& rect, double x, double scale) const {
    const double margin = kFitMargin / scale;
    const QSizeF room = QSizeF(viewport()->size()) / scale;
    const QRectF all = m_scene.graphRect().adjusted(-margin, -margin, margin, margin);
    // What is seen beyond the picture's edge would be wasted, but on the right, where the overview lies over it.
    const auto within = [](double wanted, double size, double min, double max, double spare) {
        return size >= max - min ? (min + max - size) / 2 : std::clamp(wanted, min, max - size + spare);
    };
    const double middle = rect.width() + 2 * margin <= room.width() ? rect.center().x() : x;
    return {within(middle - room.width() / 2, room.width(), all.left(), all.right(), room.width() / 2),
            within(rect.top() - margin, room.height(), all.top(), all.bottom(), 0)};
}

void FlowCanvas::showWhole(const std::vector<std::size_t>& path) {
    const QRectF rect = rectOf(path), root = m_scene.boxRect(path.front());
    std::vector<QRectF> boxes;
    for (std::size_t box = 0; box < m_scene.boxCount(); ++box) boxes.push_back(m_scene.boxRect(box));
    struct Place {
        double score = -std::numeric_limits<double>::infinity();
        double scale = 1;
        QPointF corner;
    } best;
    // Where the first box has no room at that zoom, its own letters are what is still to be read.
    const QSizeF most = QSizeF(viewport()->size()) - QSizeF(2 * kFitMargin, 2 * kFitMargin);
    const double letters = QFontInfo(directoryFont(m_scene.content().boxes[path.front()].font)).pixelSize();
    const double whole = std::min(most.width() / root.width(), most.height() / root.height());
    const double least = std::min(readableZoom(), std::max(whole, kReadablePixels / letters));
    for (const double larger : {1.0, 1.06, 1.12, 1.18, 1.24, 1.3, 1.36, 1.42}) {
        const double scale = least * larger, margin = kFitMargin / scale / 2;
        const QSizeF room = QSizeF(viewport()->size()) / scale;
        const QPointF wanted = cornerFor(rect, root.center().x(), scale);
        const auto consider = [&](double left) {
            const QRectF view(QPointF(left, wanted.y()), room);
            const bool isRootWhole = view.left() <= root.left() && view.right() >= root.right();
            if (!isRootWhole && root.width() <= room.width()) return;
            double score = -2 * std::abs(left - wanted.x()) / room.width() - 2 * (larger - 1);
            for (const QRectF& box : boxes) {
                if (!view.intersects(box)) continue;
                score += view.contains(box) ? 1 : -2;
            }
            for (const std::size_t box : path) score += view.contains(boxes[box]) ? 3 : 0;
            if (score > best.score) best = {score, scale, view.topLeft()};
        };
        consider(wanted.x());
        for (const QRectF& box : boxes) {  // edges of boxes at the edges of the view
            for (const double left : {box.left() - margin, box.right() + margin - room.width(), box.right() + margin,
                                      box.left() - margin - room.width()})
                if (std::abs(left - wanted.x()) <= room.width() / 2) consider(left);
        }
    }
    show(best.scale, best.corner, QPointF());
}

QRectF FlowCanvas::rectOf(const std::vector<std::size_t>& boxes) const {
    QRectF rect;
    for (const std::size_t box : boxes) rect |= m_scene.boxRect(box);
    return rect;
}

void FlowCanvas::showPath(const std::vector<std::size_t>& path) {
    m_fitting = false;
    fit(rectOf(path));
    if (zoom() >= readableZoom()) return;
    const QRectF end = m_scene.boxRect(path.back());
    show(readableZoom(), QPointF(end.center().x(), end.bottom()),
         QPointF(viewport()->width() / 2.0, viewport()->height() - kFitMargin));
}

QRectF FlowCanvas::visibleRect() const { return viewportTransform().inverted().mapRect(QRectF(viewport()->rect())); }

void FlowCanvas::wheelEvent(QWheelEvent* event) {
    zoomAbout(std::pow(2.0, event->angleDelta().y() / 360.0), event->position());
    event->accept();
}

void FlowCanvas::mousePressEvent(QMouseEvent* event) {
    setFocus(Qt::MouseFocusReason);
    if (event->button() != Qt::LeftButton) return;
    m_pressed = true;
    m_dragging = false;
    m_pressedAt = m_draggedTo = event->position();
}

void FlowCanvas::mouseMoveEvent(QMouseEvent* event) {
    if (m_pressed && !m_dragging &&
        (event->position() - m_pressedAt).manhattanLength() >= QApplication::startDragDistance()) {
        m_dragging = true;
        m_fitting = false;
        viewport()->setCursor(Qt::ClosedHandCursor);
    }
    if (m_dragging) {
        show(zoom(), viewportTransform().inverted().map(m_draggedTo), event->position());
        m_draggedTo = event->position();
        return;
    }
    const auto hit = m_scene.boxAt(viewportTransform().inverted().map(event->position()));
    viewport()->setCursor(hit ? Qt::PointingHandCursor : Qt::OpenHandCursor);
    m_scene.setHovered(hit ? std::optional(hit->box) : std::nullopt);
}

void FlowCanvas::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !m_pressed) return;
    m_pressed = false;
    if (std::exchange(m_dragging, false)) {
        viewport()->setCursor(Qt::OpenHandCursor);
        return;
    }
    emit clicked(viewportTransform().inverted().map(event->position()));
}

void FlowCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) emit doubleClicked(viewportTransform().inverted().map(event->position()));
}

void FlowCanvas::contextMenuEvent(QContextMenuEvent* event) {
    emit menuRequested(viewportTransform().inverted().map(QPointF(event->pos())), event->globalPos());
}

void FlowCanvas::resizeEvent(QResizeEvent* event) {
    QGraphicsView::resizeEvent(event);
    if (m_fitting) return fitReadably();
    const QPointF centre(event->oldSize().width() / 2.0, event->oldSize().height() / 2.0);
    show(zoom(), viewportTransform().inverted().map(centre), QRectF(viewport()->rect()).center());
}

bool FlowCanvas::viewportEvent(QEvent* event) {
    switch (event->type()) {
        case QEvent::ToolTip: {
            const auto* help = static_cast<QHelpEvent*>(event);
            const QString text = m_scene.toolTipAt(viewportTransform().inverted().map(QPointF(help->pos())));
            // Names come from a file: as HTML of our own making they cannot be taken for markup.
            QToolTip::showText(help->globalPos(), text.isEmpty() ? QString() : Qt::convertFromPlainText(text),
                               viewport());
            return true;
        }
        case QEvent::Leave:
            m_scene.setHovered({});
            break;
        case QEvent::NativeGesture: {
            const auto* gesture = static_cast<QNativeGestureEvent*>(event);
            if (gesture->gestureType() != Qt::ZoomNativeGesture) break;
            zoomAbout(1 + gesture->value(), gesture->position());
            return true;
        }
        default:
            break;
    }
    return QGraphicsView::viewportEvent(event);
}

void FlowCanvas::drawBackground(QPainter* painter, const QRectF& rect) {
    painter->fillRect(rect, palette().color(QPalette::Window));
}

}  // namespace heapprof::gui
