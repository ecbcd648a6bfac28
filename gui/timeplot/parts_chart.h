// The painted area of PartsView: the parts of memory over time, stacked, the largest at the bottom.
#pragma once

#include <QWidget>
#include <memory>
#include <optional>

#include "gui/timeplot/parts_scene.h"
#include "gui/timeplot/plot_painter.h"

namespace heapprof::gui {

class CurveChart;

/// Knows nothing of the view state. Entries are those of the scene.
class PartsChart : public QWidget {
    Q_OBJECT

public:
    explicit PartsChart(QWidget* parent = nullptr);

    /// Null: nothing, and `emptyText` says why.
    void setScene(std::shared_ptr<const PartsScene> scene, bool isShare, const QString& emptyText);
    /// The entry that is drawn stronger than the others.
    void setCurrent(std::optional<std::size_t> entry);

    /// The entry drawn at a position of the widget.
    std::optional<std::size_t> entryAt(const QPointF& position) const;
    /// Where an entry is drawn at an instant, about the middle of it.
    QPointF positionOf(std::size_t entry, const Instant& instant) const;
    /// What the bubble under the mouse says; empty without one.
    QStringList hoverTexts() const { return m_plot.hoverTexts(); }

    /// As it is on screen, but for the bubble.
    void drawPage(QPainter& painter, const QSizeF& size);

    QSize sizeHint() const override { return {600, 260}; }
    QSize minimumSizeHint() const override { return {160, 80}; }

signals:
    void picked(std::size_t entry);
    void menuWanted(std::size_t entry, const QPoint& global);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    class Overlay;

    void rebuild(const QSizeF& size);
    void feedCurves();
    /// Of the total at an instant: what its height stands for.
    double scaleAt(std::size_t instant) const;
    std::size_t instantNear(double x) const;

    std::shared_ptr<const PartsScene> m_scene;
    QString m_emptyText;
    bool m_isShare = false;
    std::optional<std::size_t> m_current;
    CurveChart* m_curves;
    Overlay* m_overlay;
    PlotDecoration m_plot;
};

}  // namespace heapprof::gui
