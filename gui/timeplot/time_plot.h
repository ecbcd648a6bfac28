// Total memory over time, with the pinned lines of code and the two time cursors.
#pragma once

#include <QTimer>
#include <memory>
#include <vector>

#include "gui/document/instant_result.h"
#include "gui/document/plot_result.h"
#include "gui/document/point_query.h"
#include "gui/state/view_state_store.h"
#include "gui/timeplot/plot_chart.h"

class QMenu;

namespace heapprof::gui {

/// Wheel: zoom about the mouse. Click: the time all views show, on the peak's dot or label the very peak, on a mark or
/// a collection its time, on a phase the interval that it is. Drag: an interval, or one of the cursors to another time.
/// Shift and click: the interval's other end. Middle button, or Ctrl, and drag: pan. Double click: everything. Arrow
/// keys move the cursor (Ctrl: in greater steps, Shift: the compared time), [ and ] go to the mark before and after,
/// Home and End to the ends, + and - zoom, 0 fits, Escape ends the comparison, R shows or hides resident memory, Shift
/// and R its kinds.
class TimePlot : public PlotChart {
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
    /// Shows as much of [begin, end], in microseconds, as there is: moved where it would lie beyond what was recorded.
    void showSpan(double begin, double end);
    /// Shows that part of a recording of which nothing has come yet.
    void expectSpan(const PlotRange::Span& span);
    /// Whether everything is shown, however long it grows.
    bool fits() const { return m_fits; }

    const std::shared_ptr<const PlotResult>& result() const { return m_result; }
    PlotRange::Span visible() const { return {m_begin, m_end}; }
    Micros timeAt(double x) const;
    const std::vector<PlotLegendEntry>& legend() const { return m_plot.legend; }
    /// What shows or hides resident memory, and its kinds: a legend of them while they are shown. Empty where none was
    /// recorded.
    const std::vector<PlotSwitch>& switches() const { return m_plot.switches; }
    /// The instant, and after it the compared one, where there are any.
    const std::vector<PlotCursor>& cursors() const { return m_plot.cursors; }
    /// What the cursor's label says, and that of the compared instant; empty without one.
    QString cursorText(bool isCompared = false) const;
    /// What is written at the peak; empty without one.
    QString peakText() const { return m_plot.peak ? m_plot.peak->label : QString(); }

    QSizeF pageSize() const { return size(); }

    QSize sizeHint() const override { return {900, 260}; }
    QSize minimumSizeHint() const override { return {240, 120}; }

signals:
    /// What is shown, or which part of it, has changed.
    void shownChanged();
    /// The part of the time axis that is to be shown, and how finely; showResult() answers.
    void rangeWanted(const heapprof::gui::PlotRange& range);
    /// The instants whose memory the cursors and the bubble under the mouse name; showPoints() answers.
    void pointsWanted(const std::vector<heapprof::Instant>& instants);

protected:
    void describe() override;
    std::vector<CurveChart::Curve> makeCurves() override;
    void decorate() override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum class Drag { None, Pending, PendingCompare, PendingPan, Pan, Interval };
    enum class Handle { Time, CompareTime };

    void askForRange();
    QString totalTitle() const;
    /// With places for the amount and the instant.
    QString peakTitle() const;
    /// Whether pinned lines are drawn as shares of the total.
    bool showsShares() const;
    /// What the curves are counted in.
    Measure measure() const { return m_result ? m_result->counted.measure : Measure::ByteCount; }
    bool isInSight(const TotalStep& step) const;
    double xValue(Micros time) const;
    /// Each returns the greatest value it has added.
    double addTotal(std::vector<CurveChart::Curve>& curves) const;
    double addResident(std::vector<CurveChart::Curve>& curves) const;
    /// `bytesOf` is a number of a reading, or nothing.
    template <typename BytesOf>
    double addReadings(std::vector<CurveChart::Curve>& curves, const QColor& colour, bool isThin,
                       BytesOf bytesOf) const;
    bool hasSwitch(PlotSwitch::Of of) const;
    bool showsKinds() const;
    double addLines(std::vector<CurveChart::Curve>& curves) const;
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
    void addResidentTexts(std::vector<std::pair<QColor, QString>>& texts, Micros time) const;
    QString residentText(const PlotMarks::Resident& reading, Micros time) const;
    Micros cursorTime() const;
    bool isOnPeak(const QPointF& position) const;
    std::optional<Handle> handleAt(const QPointF& position) const;
    void dragTo(Micros time);
    void moveCursor(double pixels, bool isCompared);
    bool clickLegend(const QPointF& position);
    void toggle(PlotSwitch::Of of);
    /// What can be done at a place in the plot, and the widget's own actions.
    void offer(QMenu& menu, const QPointF& at);

    ViewStateStore& m_store;
    std::shared_ptr<const PlotResult> m_result;
    std::shared_ptr<const InstantResult> m_instant;
    std::shared_ptr<const PointResult> m_points;
    std::vector<Instant> m_pointsAsked;
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
};

}  // namespace heapprof::gui
