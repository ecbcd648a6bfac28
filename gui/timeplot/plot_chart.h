// What the charts of memory over time have in common: curves, what lies over them, and their page.
#pragma once

#include <QStringList>
#include <QWidget>
#include <vector>

#include "gui/timeplot/curve_chart.h"
#include "gui/timeplot/plot_painter.h"

namespace heapprof::gui {

/// Owns the curves and their decoration, and lays both out for whatever size is asked for. A chart that derives from it
/// says what there is to see.
class PlotChart : public QWidget {
    Q_OBJECT

public:
    explicit PlotChart(QWidget* parent = nullptr);

    /// Where the curves lie, and what the axis of values means.
    const PlotFrame& frame() const { return m_plot.frame; }
    double xOf(Micros time) const { return m_plot.xOf(time); }
    /// What the bubble under the mouse says; empty without one.
    QStringList hoverTexts() const { return m_plot.hoverTexts(); }

    /// As it is on screen, but for the bubble, in a page of `size`.
    void drawPage(QPainter& painter, const QSizeF& size);

protected:
    /// Says what is shown: m_plot's `begin`, `end`, `marks` and `message`.
    virtual void describe() = 0;
    /// The curves, and the axis of values: m_plot's `frame` but for its area, which is known.
    virtual std::vector<CurveChart::Curve> makeCurves() = 0;
    /// Whatever else lies over the curves.
    virtual void decorate() = 0;

    /// From what is shown to curves, axes and decoration, for the widget as large as it is. By itself only after the
    /// first time, which is at the end of construction.
    void rebuild() { rebuildFor(size()); }
    /// Of the axis of values: as many as have room.
    int mostTicks() const;
    /// Draws again what lies over the curves.
    void updateOverlay();
    /// Smooth curves; off while they move.
    void setSmooth(bool smooth) { m_curves->setSmooth(smooth); }

    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

    PlotDecoration m_plot;

private:
    class Overlay;

    void rebuildFor(const QSizeF& size);

    CurveChart* m_curves;
    Overlay* m_overlay;
    bool m_isBuilt = false;     // before, what derives from it is not made yet
    bool m_showsFocus = false;  // reached with the keyboard
};

}  // namespace heapprof::gui
