#include "gui/timeplot/plot_chart.h"

#include <QEvent>
#include <QFocusEvent>
#include <QFontMetricsF>
#include <algorithm>
#include <optional>
#include <utility>

namespace heapprof::gui {
namespace {

constexpr double kPixelsPerTimeTick = 110;
constexpr double kLinesPerTick = 1.4;  // of text
constexpr int kLeastTicks = 3, kMostTicks = 6;

}  // namespace

/// Lies over the curves and draws what is not a curve.
class PlotChart::Overlay : public QWidget {
public:
    explicit Overlay(PlotChart* chart) : QWidget(chart), m_chart(*chart) {
        setAttribute(Qt::WA_TransparentForMouseEvents);
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        paintDecoration(painter, m_chart.m_plot, m_chart.palette(), m_chart.font());
        paintHover(painter, m_chart.m_plot, m_chart.palette(), m_chart.font());
        if (!m_chart.m_showsFocus) return;
        painter.setPen(QPen(m_chart.palette().color(QPalette::Highlight), 1));
        painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
    }

private:
    PlotChart& m_chart;
};

PlotChart::PlotChart(QWidget* parent) : QWidget(parent), m_curves(new CurveChart(this)), m_overlay(new Overlay(this)) {
    setMouseTracking(true);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
}

void PlotChart::rebuildFor(const QSizeF& size) {
    m_isBuilt = true;
    describe();
    const PlotMarks* marks = m_plot.marks;
    m_plot.header = plotHeader(size.height(), font(), marks ? marks->lanes : 0, marks && marks->hasInstants);
    const QRectF area = plotArea(size, font(), m_plot.header);
    m_plot.frame.plotArea = area;
    m_overlay->setGeometry(QRectF(QPointF(), size).toAlignedRect());
    m_curves->place(area.adjusted(-2, -2, 2, 2), area);
    m_plot.timeTicks =
        timeTicks(m_plot.begin, m_plot.end, std::max(2, static_cast<int>(area.width() / kPixelsPerTimeTick)));
    const std::vector<CurveChart::Curve> curves = makeCurves();
    m_curves->setAxes(m_plot.begin, m_plot.end, m_plot.timeTicks, m_plot.frame.top, m_plot.frame.ticks);
    m_curves->setCurves(curves);
    decorate();
    m_overlay->update();
}

int PlotChart::mostTicks() const {
    const double line = QFontMetricsF(font()).height();
    return std::clamp(static_cast<int>(m_plot.frame.plotArea.height() / (line * kLinesPerTick)), kLeastTicks,
                      kMostTicks);
}

void PlotChart::updateOverlay() { m_overlay->update(); }

void PlotChart::drawPage(QPainter& painter, const QSizeF& size) {
    auto hover = std::exchange(m_plot.hover, std::nullopt);
    rebuildFor(size);
    if (!m_plot.beginning.isEmpty()) m_plot.frame.title = tr("%1, from %2").arg(m_plot.frame.title, m_plot.beginning);
    painter.fillRect(QRectF(QPointF(), size), palette().color(QPalette::Base));
    m_curves->setSmooth(true);
    painter.setRenderHint(QPainter::Antialiasing);
    m_curves->paintTo(painter);
    paintDecoration(painter, m_plot, palette(), font());
    m_plot.hover = std::move(hover);
    rebuild();
}

void PlotChart::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    rebuild();
}

void PlotChart::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (m_isBuilt && (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)) rebuild();
}

void PlotChart::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    m_showsFocus = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    m_overlay->update();
}

void PlotChart::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    m_showsFocus = false;
    m_overlay->update();
}

}  // namespace heapprof::gui
