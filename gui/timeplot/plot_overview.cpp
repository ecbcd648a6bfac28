#include "gui/timeplot/plot_overview.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "core/text/text.h"
#include "gui/common/style.h"
#include "gui/timeplot/time_plot.h"

namespace heapprof::gui {
namespace {

constexpr double kTrackHeight = 20;
constexpr double kTrackTop = 2;
constexpr double kCurveRoom = 3;      // above the greatest value
constexpr double kReach = 5;          // of an edge, pixels
constexpr double kSmallestBrush = 6;  // so that it can be seen and taken
constexpr double kRound = 3;
constexpr double kKeyStep = 0.1;  // of what is in sight
constexpr double kZoomPerStep = 1.25;

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

double microseconds(Micros time) { return static_cast<double>(time.count); }

}  // namespace

PlotOverview::PlotOverview(TimePlot& plot, QWidget* parent) : QWidget(parent), m_plot(plot) {
    setObjectName(QStringLiteral("plotOverview"));
    setAccessibleName(tr("Overview of the recording"));
    setToolTip(
        tr("The whole recording: drag the frame or its edges, or click where it shall go; a double click shows "
           "everything"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(&plot, &TimePlot::shownChanged, this, &PlotOverview::followPlot);
}

QSize PlotOverview::sizeHint() const { return {400, static_cast<int>(kTrackTop + kTrackHeight) + 2 * kGrid}; }

QRectF PlotOverview::track() const {
    const QRectF& area = m_plot.frame().plotArea;
    return {area.left(), kTrackTop, area.width(), kTrackHeight};
}

double PlotOverview::last() const { return m_plot.result() ? std::max(1.0, microseconds(m_plot.result()->last)) : 1.0; }

double PlotOverview::xOf(Micros time) const {
    const QRectF whole = track();
    return whole.left() + std::clamp(microseconds(time) / last(), 0.0, 1.0) * whole.width();
}

double PlotOverview::timeAt(double x) const {
    const QRectF whole = track();
    return std::clamp((x - whole.left()) / whole.width(), 0.0, 1.0) * last();
}

QRectF PlotOverview::brush() const {
    if (!m_plot.result()) return {};
    const QRectF whole = track();
    if (m_plot.fits()) return whole;
    const double begin = xOf(m_plot.visible().begin), end = xOf(m_plot.visible().end);
    const double width = std::clamp(end - begin, std::min(kSmallestBrush, whole.width()), whole.width());
    const double left = std::clamp((begin + end - width) / 2, whole.left(), whole.right() - width);
    return {left, whole.top(), width, whole.height()};
}

void PlotOverview::followPlot() {
    // What is not known yet, with other filters, is drawn as it was until it is.
    const PlotResult* result = m_plot.result().get();
    const auto whole = !result ? nullptr : result->whole ? result->whole : m_whole;
    if (whole != m_whole) m_curve = {};
    m_whole = whole;
    const auto [begin, end] = m_plot.visible();
    const QString shown =
        m_plot.result() ? tr("In sight: from %1 to %2").arg(text(formatTime(begin)), text(formatTime(end))) : QString();
    if (accessibleDescription() != shown) setAccessibleDescription(shown);
    update();
}

void PlotOverview::paintCurve() {
    const QRectF whole = track();
    const double ratio = devicePixelRatioF();
    m_curve = QPixmap((whole.size() * ratio).toSize().expandedTo({1, 1}));
    m_curve.setDevicePixelRatio(ratio);
    m_curve.fill(tonesOf(palette()).chip);
    double top = 1;
    for (const auto* steps : {&m_whole->total, &m_whole->provisional})
        for (const TotalStep& step : *steps) top = std::max(top, static_cast<double>(step.max));
    QPainter painter(&m_curve);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto paint = [&](const std::vector<TotalStep>& steps, float fill, float line) {
        if (steps.empty()) return;
        const auto x = [&](Micros time) { return microseconds(time) / last() * whole.width(); };
        QPainterPath curve(QPointF(x(steps.front().begin), whole.height()));
        const auto to = [&](Micros time, std::int64_t bytes) {
            curve.lineTo(x(time), whole.height() -
                                      std::max(0.0, static_cast<double>(bytes)) / top * (whole.height() - kCurveRoom));
        };
        for (const TotalStep& step : steps) to(step.begin, step.max);
        to(steps.back().end, steps.back().last);
        QColor colour = palette().color(QPalette::Highlight);
        colour.setAlphaF(line);
        QPainterPath area = curve;
        area.lineTo(x(steps.back().end), whole.height());
        QColor ground = colour;
        ground.setAlphaF(fill);
        painter.fillPath(area, ground);
        painter.setPen(QPen(colour, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawPath(curve);
    };
    paint(m_whole->provisional, 0.12f, 0.4f);
    paint(m_whole->total, 0.28f, 0.9f);
}

void PlotOverview::paintEvent(QPaintEvent*) {
    if (!m_plot.result()) return;
    const QRectF whole = track(), shown = brush();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath outline;
    outline.addRoundedRect(whole, kRound, kRound);
    painter.save();
    painter.setClipPath(outline);
    if (m_whole) {
        if (m_curve.isNull() || m_curve.deviceIndependentSize().toSize() != whole.size().toSize()) paintCurve();
        painter.drawPixmap(whole.topLeft(), m_curve);
    }
    QPainterPath outside, hole;
    outside.addRect(whole);
    hole.addRect(shown);
    QColor veil = palette().color(QPalette::Base);
    veil.setAlphaF(0.65f);
    painter.fillPath(outside - hole, veil);
    for (const PlotCursor& cursor : m_plot.cursors()) {
        const double x = xOf(cursor.time);
        painter.setPen(QPen(cursor.colour, 1.5, cursor.isDashed ? Qt::DashLine : Qt::SolidLine));
        painter.drawLine(QPointF(x, whole.top()), QPointF(x, whole.bottom()));
    }
    painter.restore();
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(tonesOf(palette()).line, 1));
    painter.drawRoundedRect(whole.adjusted(0.5, 0.5, -0.5, -0.5), kRound, kRound);
    const QColor ink = palette().color(hasFocus() ? QPalette::Highlight : QPalette::PlaceholderText);
    if (!m_plot.fits() || hasFocus()) {
        painter.setPen(QPen(ink, hasFocus() ? 2 : 1));
        painter.drawRoundedRect(shown.adjusted(0.5, 0.5, -0.5, -0.5), kRound, kRound);
    }
    // What the edges are taken by.
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
    const double height = whole.height() / 2;
    if (shown.width() >= 4 * kReach)
        for (const double x : {shown.left() + 3, shown.right() - 3})
            painter.drawRoundedRect(QRectF(x - 1, whole.center().y() - height / 2, 2, height), 1, 1);
}

void PlotOverview::resizeEvent(QResizeEvent*) { m_curve = {}; }

void PlotOverview::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) m_curve = {};
}

void PlotOverview::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

std::optional<PlotOverview::Grip> PlotOverview::gripAt(double x) const {
    const QRectF shown = brush();
    if (shown.isNull()) return std::nullopt;
    const double inside = std::min(kReach, shown.width() / 4);
    if (x >= shown.left() - kReach && x <= shown.left() + inside) return Grip::Begin;
    if (x >= shown.right() - inside && x <= shown.right() + kReach) return Grip::End;
    return x > shown.left() && x < shown.right() ? std::optional(Grip::Middle) : std::nullopt;
}

void PlotOverview::dragTo(double x) {
    const double begin = microseconds(m_pressedSpan.begin), end = microseconds(m_pressedSpan.end);
    const double time = timeAt(x), pixel = last() / track().width();
    switch (*m_grip) {
        case Grip::Begin:
            return m_plot.showSpan(std::min(time, end - pixel), end);
        case Grip::End:
            return m_plot.showSpan(begin, std::max(time, begin + pixel));
        case Grip::Middle:
            return m_plot.showSpan(begin + time - m_pressed, end + time - m_pressed);
    }
}

void PlotOverview::moveBy(double share) {
    const double begin = microseconds(m_plot.visible().begin), end = microseconds(m_plot.visible().end);
    m_plot.showSpan(begin + share * (end - begin), end + share * (end - begin));
}

void PlotOverview::updateMouse(double x) {
    const auto grip = gripAt(x);
    const bool isEdge = grip == Grip::Begin || grip == Grip::End;
    if (isEdge)
        setCursor(Qt::SizeHorCursor);
    else if (grip && !m_plot.fits())
        setCursor(m_grip ? Qt::ClosedHandCursor : Qt::OpenHandCursor);
    else
        unsetCursor();
}

void PlotOverview::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !m_plot.result()) return QWidget::mousePressEvent(event);
    const double x = event->position().x();
    m_grip = gripAt(x);
    m_pressed = timeAt(x);
    if (!m_grip) {
        m_grip = Grip::Middle;
        const double half = microseconds(m_plot.visible().end - m_plot.visible().begin) / 2;
        m_plot.showSpan(m_pressed - half, m_pressed + half);
    }
    m_pressedSpan = m_plot.visible();
    updateMouse(x);
}

void PlotOverview::mouseMoveEvent(QMouseEvent* event) {
    const double x = event->position().x();
    if (m_grip && event->buttons() & Qt::LeftButton)
        dragTo(x);
    else
        updateMouse(x);
}

void PlotOverview::mouseReleaseEvent(QMouseEvent* event) {
    m_grip.reset();
    updateMouse(event->position().x());
}

void PlotOverview::mouseDoubleClickEvent(QMouseEvent*) {
    m_grip.reset();
    m_plot.fit();
}

void PlotOverview::wheelEvent(QWheelEvent* event) {
    const QPoint turn = event->angleDelta();
    // About the middle of what is in sight: the mouse is not over the instant that would stay.
    if (std::abs(turn.x()) > std::abs(turn.y()))
        moveBy(-turn.x() / 1200.0);
    else
        m_plot.zoom(std::pow(kZoomPerStep, turn.y() / 120.0), m_plot.frame().plotArea.center().x());
    event->accept();
}

void PlotOverview::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Left:
            return moveBy(-kKeyStep);
        case Qt::Key_Right:
            return moveBy(kKeyStep);
        case Qt::Key_Tab:
        case Qt::Key_Backtab:
            return QWidget::keyPressEvent(event);
        default:  // plus, minus, 0, marks, Escape: the plot knows
            QCoreApplication::sendEvent(&m_plot, event);
            event->accept();
    }
}

}  // namespace heapprof::gui
