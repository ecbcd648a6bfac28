#include "gui/timeplot/curve_chart.h"

#include <QAreaSeries>
#include <QEvent>
#include <QGraphicsLayout>
#include <algorithm>

namespace heapprof::gui {
namespace {

/// A tick interval much smaller than the range makes Qt Charts draw for ever: the coarser of the old and the new one
/// holds while the range changes.
void setAxis(QValueAxis& axis, double begin, double end, double interval) {
    axis.setTickInterval(std::max(axis.tickInterval(), std::max(interval, (end - begin) / 50)));
    axis.setRange(begin, end);
    axis.setTickInterval(std::max(interval, (end - begin) / 50));
}

}  // namespace

CurveChart::CurveChart(QWidget* parent)
    : QChartView(parent), m_chart(new QChart), m_timeAxis(new QValueAxis(this)), m_valueAxis(new QValueAxis(this)) {
    m_chart->legend()->hide();
    m_chart->setMargins({});
    m_chart->layout()->setContentsMargins(0, 0, 0, 0);
    m_chart->setBackgroundVisible(false);
    m_chart->setAnimationOptions(QChart::NoAnimation);
    for (QValueAxis* axis : {m_timeAxis, m_valueAxis}) {
        axis->setTickType(QValueAxis::TicksDynamic);
        axis->setTickAnchor(0);
        axis->setTickInterval(1);
        axis->setLabelsVisible(false);
    }
    m_chart->addAxis(m_timeAxis, Qt::AlignBottom);
    m_chart->addAxis(m_valueAxis, Qt::AlignLeft);
    setChart(m_chart);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setSmooth(true);
    applyPalette();
}

void CurveChart::setCurves(const std::vector<Curve>& curves) {
    const bool isSameShape = std::equal(
        curves.begin(), curves.end(), m_drawn.begin(), m_drawn.end(), [](const Curve& curve, const Drawn& drawn) {
            return curve.colour == drawn.colour && curve.isFilled == drawn.isFilled && curve.isPale == drawn.isPale &&
                   curve.isThin == drawn.isThin && curve.band.isEmpty() != drawn.hasBand && curve.fill == drawn.fill &&
                   curve.fillColour == drawn.fillColour;
        });
    if (!isSameShape) makeSeries(curves);
    for (std::size_t i = 0; i < curves.size(); ++i) {
        const Curve& curve = curves[i];
        const Drawn& drawn = m_drawn[i];
        if (drawn.fillTop) {
            QList<QPointF> floor = curve.floor;
            if (floor.isEmpty() && !curve.points.isEmpty())
                floor = {{curve.points.first().x(), 0}, {curve.points.last().x(), 0}};
            drawn.fillTop->replace(curve.points);
            drawn.fillBottom->replace(floor);
        }
        if (drawn.bandTop) {
            drawn.bandTop->replace(curve.band);
            drawn.bandBottom->replace(curve.bandLower);
        }
        drawn.line->replace(curve.points);
    }
}

void CurveChart::makeSeries(const std::vector<Curve>& curves) {
    m_chart->removeAllSeries();
    m_drawn.clear();
    const auto add = [this](QAbstractSeries* series) {
        m_chart->addSeries(series);
        series->attachAxis(m_timeAxis);
        series->attachAxis(m_valueAxis);
    };
    const auto addArea = [&](QLineSeries*& top, QLineSeries*& bottom, QColor colour, float alpha) {
        auto* area = new QAreaSeries;
        top = new QLineSeries(area);
        bottom = new QLineSeries(area);
        area->setUpperSeries(top);
        area->setLowerSeries(bottom);
        area->setPen(Qt::NoPen);
        colour.setAlphaF(alpha);
        area->setBrush(colour);
        add(area);
    };
    for (const Curve& curve : curves) {
        Drawn drawn;
        drawn.colour = curve.colour;
        drawn.fillColour = curve.fillColour;
        drawn.fill = curve.fill;
        drawn.isFilled = curve.isFilled;
        drawn.isPale = curve.isPale;
        drawn.isThin = curve.isThin;
        drawn.hasBand = !curve.band.isEmpty();
        if (curve.isFilled)
            addArea(drawn.fillTop, drawn.fillBottom, curve.fillColour.isValid() ? curve.fillColour : curve.colour,
                    curve.isPale ? 0.12f : curve.fill);
        if (drawn.hasBand) addArea(drawn.bandTop, drawn.bandBottom, curve.colour, 0.28f);
        drawn.line = new QLineSeries;
        QColor colour = curve.colour;
        if (curve.isPale) colour.setAlphaF(0.45f);
        drawn.line->setPen(QPen(colour, curve.isThin ? 1 : 1.5));
        add(drawn.line);
        m_drawn.push_back(drawn);
    }
}

void CurveChart::setAxes(Micros begin, Micros end, const AxisTicks& time, double top, const AxisTicks& values) {
    setAxis(*m_timeAxis, static_cast<double>(begin.count), static_cast<double>(end.count), time.interval);
    setAxis(*m_valueAxis, 0, top, values.interval);
}

void CurveChart::place(const QRectF& area, const QRectF& plotArea) {
    m_area = area;
    setGeometry(area.toAlignedRect());
    // By hand, as a hidden view gets no resize event. Qt Charts moves its axes only when its layout runs, and with the
    // plot area known by then.
    setSceneRect(QRectF(QPointF(), area.size()));
    m_chart->setPlotArea(plotArea.translated(-area.topLeft()));
    m_chart->resize(area.size());
    m_chart->layout()->invalidate();
    m_chart->layout()->activate();
}

void CurveChart::paintTo(QPainter& painter) {
    m_chart->layout()->activate();
    scene()->render(&painter, m_area, QRectF(QPointF(), m_area.size()), Qt::IgnoreAspectRatio);
}

void CurveChart::setSmooth(bool smooth) { setRenderHint(QPainter::Antialiasing, smooth); }

void CurveChart::changeEvent(QEvent* event) {
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) applyPalette();
}

void CurveChart::applyPalette() {
    setBackgroundBrush(Qt::NoBrush);
    viewport()->setAutoFillBackground(false);
    QColor grid = palette().color(QPalette::Text), frame = grid;
    grid.setAlphaF(0.10f);
    frame.setAlphaF(0.40f);
    for (QValueAxis* axis : {m_timeAxis, m_valueAxis}) {
        axis->setGridLinePen(QPen(grid, 1));
        axis->setLinePen(QPen(frame, 1));
    }
}

}  // namespace heapprof::gui
