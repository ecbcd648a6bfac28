// Total memory over time, with the pinned lines of code and the two time cursors.
#pragma once

#include <QStringList>
#include <QTimer>
#include <QWidget>
#include <memory>
#include <vector>

#include "gui/document/instant_result.h"
#include "gui/document/plot_result.h"
#include "gui/document/point_query.h"
#include "gui/state/view_state_store.h"
#include "gui/timeplot/curve_chart.h"
#include "gui/timeplot/plot_painter.h"

namespace heapprof::gui {

/// Wheel: zoom about the mouse. Click: the time all views show, on the peak's dot or label the very peak, on a mark or
/// a collection its time, on a phase the interval that it is. Drag: an interval, or one of the cursors to another time.
/// Shift and click: the interval's other end. Middle button, or Ctrl, and drag: pan. Double click: everything. Arrow
/// keys move the cursor (Ctrl: in greater steps, Shift: the compared time), [ and ] go to the mark before and after,
/// Home and End to the ends, + and - zoom, 0 fits, Escape ends the comparison, R shows or hides resident memory.
class TimePlot : public QWidget {
    Q_OBJECT

public:
    explicit TimePlot(ViewStateStore& store, QWidget* parent = nullptr);

    /// Shows `result`; null: nothing is known yet.
    void showResult(std::shared_ptr<const PlotResult> result);
    /// What the other views show: where the cursor is while the newest state is followed.
    void showInstant(std::shared_ptr<const InstantResult> result);
    /// The answer to pointsWanted().
    void showPoints(std::shared_ptr<const PointResult> result);
    /// Shows everything, and keeps doing so as the capture grows.
    void fit();
    /// `factor` > 1 shows less; `x` stays where it is.
    void zoom(double factor, double x);

    const std::shared_ptr<const PlotResult>& result() const { return m_result; }
    PlotRange::Span visible() const { return {m_begin, m_end}; }
    Micros timeAt(double x) const;
    double xOf(Micros time) const { return m_plot.xOf(time); }
    /// Where the curves lie, and what the axis of values means.
    const PlotFrame& frame() const { return m_plot.frame; }
    const std::vector<PlotLegendEntry>& legend() const { return m_plot.legend; }
    /// What shows or hides resident memory; unset where none was recorded.
    const std::optional<PlotSwitch>& residentSwitch() const { return m_plot.resident; }
    /// What the bubble under the mouse says; empty without one.
    QStringList hoverTexts() const { return m_plot.hoverTexts(); }
    /// What the cursor's label says, and that of the compared instant; empty without one.
    QString cursorText(bool isCompared = false) const;

    QSizeF pageSize() const { return size(); }
    /// Draws the plot into a page of `size`, without the bubble under the mouse.
    void drawPage(QPainter& painter, const QSizeF& size);

    QSize sizeHint() const override { return {900, 260}; }
    QSize minimumSizeHint() const override { return {240, 120}; }

signals:
    /// The part of the time axis that is to be shown, and how finely; showResult() answers.
    void rangeWanted(const heapprof::gui::PlotRange& range);
    /// The instants whose memory the cursors and the bubble under the mouse name; showPoints() answers.
    void pointsWanted(const std::vector<heapprof::Instant>& instants);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    class Overlay;
    enum class Drag { None, Pending, PendingCompare, PendingPan, Pan, Interval };
    enum class Handle { Time, CompareTime };

    void setVisible(double begin, double end);
    using QWidget::setVisible;
    void askForRange();
    /// From result and state to curves, axes and decoration, for a widget of `size`.
    void rebuild(const QSizeF& size);
    QString totalTitle() const;
    void feedCurves();
    /// Whether pinned lines are drawn as shares of the total.
    bool showsShares() const;
    /// What the curves are counted in.
    Measure measure() const { return m_result ? m_result->counted.measure : Measure::ByteCount; }
    bool isInSight(const TotalStep& step) const;
    double xValue(Micros time) const;
    /// Each returns the greatest value it has added.
    double addTotal(std::vector<CurveChart::Curve>& curves) const;
    double addResident(std::vector<CurveChart::Curve>& curves) const;
    double addLines(std::vector<CurveChart::Curve>& curves) const;
    void updateDecoration();
    void updateCursors();
    void updateHover(const QPointF& position);
    void hideHover();
    void askForPoints();
    std::optional<PlotCursor> cursorAt(std::optional<Instant> instant, bool isCompared) const;
    /// What is known exactly of an instant; unset: not yet.
    std::optional<Estimate> totalAt(const Instant& instant) const;
    /// Whether the log has been digested up to `time`.
    bool isDigested(Micros time) const;
    /// What the curve draws at `time`; null: nothing.
    const TotalStep* stepAt(Micros time) const;
    void addTotals(std::vector<std::pair<QColor, QString>>& texts, Micros time) const;
    QColor residentColour() const;
    QString residentText(const PlotMarks::Resident& reading, Micros time) const;
    Micros cursorTime() const;
    bool isOnPeak(const QPointF& position) const;
    std::optional<Handle> handleAt(const QPointF& position) const;
    void dragTo(Micros time);
    void moveCursor(double pixels, bool isCompared);
    bool clickLegend(const QPointF& position);
    void toggleResident();

    ViewStateStore& m_store;
    std::shared_ptr<const PlotResult> m_result;
    std::shared_ptr<const InstantResult> m_instant;
    std::shared_ptr<const PointResult> m_points;
    std::vector<Instant> m_pointsAsked;
    CurveChart* m_curves;
    Overlay* m_overlay;
    PlotDecoration m_plot;
    Micros m_begin, m_end;
    bool m_fits = true;
    PlotRange m_asked;
    QTimer m_settle;  // smooth curves again, once they have come to rest

    Drag m_drag = Drag::None;
    QPointF m_pressed;
    PlotRange::Span m_pressedVisible;
    Micros m_pressedTime;
    std::optional<Handle> m_grabbed;
    bool m_isIntervalBegun = false;
    bool m_hasClickMadeStep = false;
    bool m_showsFocus = false;  // reached with the keyboard
};

}  // namespace heapprof::gui
