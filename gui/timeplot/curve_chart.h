// The curves of a plot over time: a Qt Charts view whose axes and plot area its owner sets.
#pragma once

#include <QChart>
#include <QChartView>
#include <QColor>
#include <QLineSeries>
#include <QList>
#include <QPointF>
#include <QValueAxis>
#include <vector>

#include "gui/timeplot/axis_ticks.h"

namespace heapprof::gui {

/// Draws grid, fills and curves; labels, cursors and call-outs are drawn over it by paintDecoration(). Points must lie
/// within the axes: some painters do not clip.
class CurveChart : public QChartView {
    Q_OBJECT

public:
    explicit CurveChart(QWidget* parent);

    struct Curve {
        QColor colour;
        QList<QPointF> points;  ///< microseconds, value
        QList<QPointF> band;    ///< upper edge of a pale band; empty: none
        QList<QPointF> bandLower;
        bool isFilled = false;   ///< down to `floor`
        bool isPale = false;     ///< provisional
        bool isThin = false;     ///< of second rank
        float fill = 0.30f;      ///< how opaque the fill is
        QColor fillColour{};     ///< invalid: `colour`
        QList<QPointF> floor{};  ///< lower edge of the fill; empty: zero
    };
    void setCurves(const std::vector<Curve>& curves);
    /// Both axes begin and end where told; ticks are grid lines.
    void setAxes(Micros begin, Micros end, const AxisTicks& time, double top, const AxisTicks& values);
    /// Places the row at `area` of the parent, with the curves within `plotArea`, in the parent's coordinates.
    void place(const QRectF& area, const QRectF& plotArea);
    /// Draws the row alone to where place() put it.
    void paintTo(QPainter& painter);
    /// Smooth curves; off while they move.
    void setSmooth(bool smooth);

protected:
    void changeEvent(QEvent* event) override;

private:
    void applyPalette();
    void makeSeries(const std::vector<Curve>& curves);

    QChart* m_chart;
    QValueAxis* m_timeAxis;
    QValueAxis* m_valueAxis;
    QRectF m_area;
    /// What draws one curve; kept as long as the curves keep their kinds, as replacing points is much cheaper.
    struct Drawn {
        QColor colour, fillColour;
        float fill = 0;
        bool isFilled = false, isPale = false, isThin = false, hasBand = false;
        QLineSeries* line = nullptr;
        QLineSeries *fillTop = nullptr, *fillBottom = nullptr;
        QLineSeries *bandTop = nullptr, *bandBottom = nullptr;
    };
    std::vector<Drawn> m_drawn;
};

}  // namespace heapprof::gui
