// The painted area of PartsView: the parts of memory over time, stacked, the largest at the bottom.
#pragma once

#include <memory>
#include <optional>

#include "gui/timeplot/parts_scene.h"
#include "gui/timeplot/plot_chart.h"

namespace heapprof::gui {

/// Knows nothing of the view state. Entries are those of the scene.
class PartsChart : public PlotChart {
    Q_OBJECT

public:
    explicit PartsChart(QWidget* parent = nullptr);

    /// Null: nothing, and `emptyText` says why.
    void setScene(std::shared_ptr<const PartsScene> scene, bool isShare, const QString& emptyText);
    /// The entry that is drawn stronger than the others.
    void setCurrent(std::optional<std::size_t> entry);

    /// By entry: whether the search has found it, which is then filled in its colour; empty: there is no search. And
    /// the one that it is at.
    void setMatches(std::vector<bool> matches, std::optional<std::size_t> at);

    /// The entry drawn at a position of the widget.
    std::optional<std::size_t> entryAt(const QPointF& position) const;
    /// Where an entry is drawn at an instant, about the middle of it.
    QPointF positionOf(std::size_t entry, const Instant& instant) const;

    QSize sizeHint() const override { return {600, 260}; }
    QSize minimumSizeHint() const override { return {160, 80}; }

signals:
    void picked(std::size_t entry);
    void menuWanted(std::size_t entry, const QPoint& global);

protected:
    void describe() override;
    std::vector<CurveChart::Curve> makeCurves() override;
    void decorate() override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    bool isEmpty() const { return !m_scene || m_scene->entries.empty(); }
    /// Of the total at an instant: what its height stands for.
    double scaleAt(std::size_t instant) const;
    std::size_t instantNear(double x) const;

    std::shared_ptr<const PartsScene> m_scene;
    QString m_emptyText;
    bool m_isShare = false;
    std::optional<std::size_t> m_current;
    std::vector<bool> m_matches;
    std::optional<std::size_t> m_match;
};

}  // namespace heapprof::gui
