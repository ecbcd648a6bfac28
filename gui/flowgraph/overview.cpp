#include "gui/flowgraph/overview.h"

#include <QMouseEvent>
#include <QPainterPath>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "gui/common/colours.h"
#include "gui/common/style.h"

namespace heapprof::gui {
namespace {
constexpr double kLargest = 0.3;  // of the canvas's width and height
constexpr QSize kLimit(300, 220);
constexpr int kDistance = 10;  // from the canvas's edges
constexpr int kLowest = 120;   // canvas that is not covered too much
}  // namespace

Overview::Overview(FlowScene& scene, FlowCanvas& canvas)
    : QGraphicsView(&scene, &canvas), m_scene(scene), m_canvas(canvas) {
    setObjectName(QStringLiteral("flowOverview"));
    setAccessibleName(tr("Overview of the flow graph"));
    setInteractive(false);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setViewportUpdateMode(FullViewportUpdate);
    setRenderHint(QPainter::Antialiasing);
    setCursor(Qt::CrossCursor);
    hide();
    connect(&canvas, &FlowCanvas::viewChanged, this, &Overview::follow);
}

void Overview::follow() {
    const QRectF graph = m_scene.graphRect();
    const bool needed = m_canvas.height() >= kLowest && !graph.isEmpty() && !m_canvas.visibleRect().contains(graph);
    if (needed) {
        const QSizeF room(std::min<double>(m_canvas.width() * kLargest, kLimit.width()),
                          std::min<double>(m_canvas.height() * kLargest, kLimit.height()));
        const QSizeF wanted = graph.size().scaled(room, Qt::KeepAspectRatio).expandedTo(QSizeF(60, 40));
        const QSize size = wanted.toSize();
        setGeometry(QRect(
            QPoint(m_canvas.width() - size.width() - kDistance, m_canvas.height() - size.height() - kDistance), size));
        show();  // first, so that the viewport has its new size
        setSceneRect(graph);
        fitInView(graph, Qt::KeepAspectRatio);
        viewport()->update();
    } else {
        hide();
    }
}

void Overview::moveCanvas(const QPointF& where) { m_canvas.centreOn(viewportTransform().inverted().map(where)); }

void Overview::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) moveCanvas(event->position());
}

void Overview::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::LeftButton) moveCanvas(event->position());
}

void Overview::wheelEvent(QWheelEvent* event) {
    m_canvas.zoomAbout(std::pow(2.0, event->angleDelta().y() / 360.0), QRectF(m_canvas.viewport()->rect()).center());
    event->accept();
}

void Overview::drawBackground(QPainter* painter, const QRectF& rect) {
    painter->fillRect(rect, tonesOf(palette()).chip);
}

void Overview::drawForeground(QPainter* painter, const QRectF& rect) {
    QPainterPath outside;
    outside.addRect(rect);
    QPainterPath inside;
    inside.addRect(m_canvas.visibleRect());
    QColor shade = palette().color(QPalette::Shadow);
    shade.setAlpha(isDark(palette()) ? 110 : 50);
    painter->fillPath(outside - inside, shade);
    QPen pen(palette().color(QPalette::Highlight), 2);
    pen.setCosmetic(true);
    painter->setPen(pen);
    painter->setBrush(Qt::NoBrush);
    painter->drawPath(inside);
    painter->resetTransform();
    painter->setRenderHint(QPainter::Antialiasing, false);
    painter->setPen(tonesOf(palette()).dim);
    painter->drawRect(viewport()->rect().adjusted(0, 0, -1, -1));
}

}  // namespace heapprof::gui
