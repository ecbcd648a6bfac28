// The whole recording in a slim strip below the time plot, and which part of it is in sight.
#pragma once

#include <QPixmap>
#include <QWidget>
#include <memory>
#include <optional>

#include "gui/document/plot_result.h"

namespace heapprof::gui {

class TimePlot;

/// A brush lies over what the plot shows. Its edges are dragged to show more or less, its middle to show another part;
/// a click beside it brings its middle there, a double click shows everything, the wheel zooms. The left and right
/// arrow keys move it; other keys mean what they do in the plot. Lines stand where the plot's cursors are.
class PlotOverview : public QWidget {
    Q_OBJECT

public:
    explicit PlotOverview(TimePlot& plot, QWidget* parent = nullptr);

    /// Where the whole recording is drawn: as wide as the plot's curves.
    QRectF track() const;
    /// Over what is in sight; null when nothing is known.
    QRectF brush() const;
    double xOf(Micros time) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {160, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum class Grip { Begin, End, Middle };

    void followPlot();
    /// Of everything, in microseconds; at least 1.
    double last() const;
    double timeAt(double x) const;
    std::optional<Grip> gripAt(double x) const;
    void dragTo(double x);
    void moveBy(double share);
    void updateMouse(double x);
    void paintCurve();

    TimePlot& m_plot;
    std::shared_ptr<const PlotResult::Whole> m_whole;
    QPixmap m_curve;  // of the whole, as last painted; null: not valid
    std::optional<Grip> m_grip;
    double m_pressed = 0;  // microseconds
    PlotRange::Span m_pressedSpan;
};

}  // namespace heapprof::gui
