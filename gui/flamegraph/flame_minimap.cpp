#include "gui/flamegraph/flame_minimap.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QWheelEvent>
#include <cmath>

#include "gui/common/style.h"
#include "gui/flamegraph/flame_canvas.h"
#include "gui/translations/translations.h"

namespace heapprof::gui {
namespace {

constexpr int kHeight = 9 * kGrid;
constexpr int kTallestRow = 4;
constexpr double kSmallestFrame = 6;  // logical pixels, so that it can be seen and taken
constexpr double kZoomPerStep = 1.25;

}  // namespace

FlameMinimap::FlameMinimap(FlameCanvas& canvas, QWidget* parent) : QWidget(parent), m_canvas(canvas) {
    setObjectName(QStringLiteral("flameMinimap"));
    setAccessibleName(tr("Overview of the flame graph"));
    setToolTip(
        tr("The whole flame graph: drag the frame, or click where it shall go; a double click shows everything"));
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setCursor(Qt::OpenHandCursor);
    connect(&canvas, &FlameCanvas::moved, this, &FlameMinimap::followCanvas);
    connect(&canvas, &FlameCanvas::contentChanged, this, &FlameMinimap::invalidate);
}

QSize FlameMinimap::sizeHint() const { return {400, kHeight}; }

bool FlameMinimap::isEmpty() const { return !m_canvas.scene() || m_canvas.scene()->layout.total() == 0; }

FlameStrip FlameMinimap::strip() const {
    const double ratio = devicePixelRatioF();
    FlameStrip strip;
    strip.height = static_cast<int>(std::lround(height() * ratio));
    strip.rows = m_canvas.scene()->layout.rowCount();
    strip.tallest = std::max(1, static_cast<int>(kTallestRow * ratio));
    strip.rootAtTop = m_canvas.rootAtTop();
    return strip;
}

QRectF FlameMinimap::frame() const {
    if (isEmpty()) return {};
    // As bars do: the frame's way is as long as what is left beside it, however small it is.
    const auto along = [](double room, double part, double all, double share) {
        const double length = std::min(room, std::max(kSmallestFrame, part / all * room));
        return std::pair{share * (room - length), length};
    };
    const auto [left, across] = along(width(), m_canvas.width(), total(), m_canvas.left() / wayAcross());
    const auto [top, down] = along(contentHeight(), m_canvas.height(), m_canvas.height() + m_canvas.maxScroll(),
                                   m_canvas.scroll() / wayDown());
    return {left, top, across, down};
}

double FlameMinimap::total() const { return static_cast<double>(m_canvas.scene()->layout.total()); }

double FlameMinimap::contentHeight() const { return strip().contentHeight() / devicePixelRatioF(); }

double FlameMinimap::wayAcross() const { return std::max(1.0, total() - m_canvas.width()); }

double FlameMinimap::wayDown() const { return std::max(1, m_canvas.maxScroll()); }

void FlameMinimap::invalidate() {
    m_image = {};
    update();
}

void FlameMinimap::followCanvas() {
    if (!isEmpty()) {
        const auto percent = [](double share) { return plainNumber(share * 100, 1); };
        setAccessibleDescription(
            tr("In sight: from %1 % to %2 % of the width")
                .arg(percent(m_canvas.left() / total()), percent((m_canvas.left() + m_canvas.width()) / total())));
    }
    update();
}

void FlameMinimap::paintGraph() {
    const FlameStrip shown = strip();
    const double ratio = devicePixelRatioF();
    m_image = QImage(std::max(1, static_cast<int>(std::lround(width() * ratio))), shown.height, QImage::Format_RGB32);
    m_image.setDevicePixelRatio(ratio);
    FlamePainter& painter = *m_canvas.painter();
    const FlameViewport all{0, total(), m_image.width()};
    painter.paintStrip(
        m_image, all, shown,
        {{m_canvas.matches(), painter.palette().match()}, {m_canvas.selected(), painter.palette().selection()}});
}

void FlameMinimap::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    if (isEmpty()) return painter.fillRect(event->rect(), palette().base());
    if (m_image.isNull()) paintGraph();
    painter.drawImage(0, 0, m_image);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF inside = frame().intersected(QRectF(rect()));
    QPainterPath outside;
    outside.addRect(rect());
    QPainterPath hole;
    hole.addRect(inside);
    QColor veil = palette().color(QPalette::Base);
    veil.setAlphaF(0.6F);
    painter.fillPath(outside - hole, veil);
    painter.setPen(
        QPen(hasFocus() ? palette().color(QPalette::Highlight) : palette().color(QPalette::Text), hasFocus() ? 2 : 1));
    painter.drawRect(inside.adjusted(0.5, 0.5, -0.5, -0.5));
    painter.setPen(tonesOf(palette()).line);
    painter.drawLine(QPointF(0, height() - 0.5), QPointF(width(), height() - 0.5));
}

void FlameMinimap::resizeEvent(QResizeEvent*) { invalidate(); }

void FlameMinimap::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void FlameMinimap::moveFrame(QPointF centre) {
    if (isEmpty()) return;
    const QRectF now = frame();
    const QPointF corner = centre - QPointF(now.width(), now.height()) / 2;
    m_canvas.setLeft(corner.x() / std::max(1.0, width() - now.width()) * wayAcross());
    m_canvas.setScroll(
        static_cast<int>(std::lround(corner.y() / std::max(1.0, contentHeight() - now.height()) * wayDown())));
}

void FlameMinimap::wheelEvent(QWheelEvent* event) {
    // About the middle of what is in sight, wherever the mouse is: it is not over the frames that it would keep.
    m_canvas.zoom(std::pow(kZoomPerStep, event->angleDelta().y() / 120.0), m_canvas.QWidget::width() / 2.0);
    event->accept();
}

void FlameMinimap::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
    const QRectF taken = frame();
    m_grip = taken.contains(event->position()) ? event->position() - taken.center() : QPointF();
    setCursor(Qt::ClosedHandCursor);
    moveFrame(event->position() - m_grip);
}

void FlameMinimap::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::LeftButton) moveFrame(event->position() - m_grip);
}

void FlameMinimap::mouseReleaseEvent(QMouseEvent*) { setCursor(Qt::OpenHandCursor); }

void FlameMinimap::mouseDoubleClickEvent(QMouseEvent*) { m_canvas.showHome(); }

void FlameMinimap::keyPressEvent(QKeyEvent* event) {
    const double step = m_canvas.width() / 10;
    switch (event->key()) {
        case Qt::Key_Left:
            return m_canvas.setLeft(m_canvas.left() - step);
        case Qt::Key_Right:
            return m_canvas.setLeft(m_canvas.left() + step);
        case Qt::Key_Up:
            return m_canvas.setScroll(m_canvas.scroll() - m_canvas.rowHeight());
        case Qt::Key_Down:
            return m_canvas.setScroll(m_canvas.scroll() + m_canvas.rowHeight());
        case Qt::Key_Tab:
        case Qt::Key_Backtab:
            return QWidget::keyPressEvent(event);
        default:  // plus, minus, Home, Escape: the canvas knows
            QCoreApplication::sendEvent(&m_canvas, event);
            event->accept();
    }
}

}  // namespace heapprof::gui
