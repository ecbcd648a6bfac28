// The painted area of the flame graph: shows a scene, moves about in it, and reports what the user does to frames.
#pragma once

#include <QImage>
#include <QVariantAnimation>
#include <QWidget>
#include <memory>
#include <optional>
#include <vector>

#include "gui/flamegraph/flame_band.h"
#include "gui/flamegraph/flame_painter.h"

class QGestureEvent;

namespace heapprof::gui {

/// Knows nothing of the view state. Positions are bytes or blocks along the scene's axis; "home" is the range that
/// belongs to the focused node, outside of which one cannot go. Marked node lists ascend.
class FlameCanvas : public QWidget {
    Q_OBJECT

public:
    explicit FlameCanvas(QWidget* parent = nullptr);

    /// Shows `scene` (null: nothing) focused on `focus`, zoomed in as much as before, relative to home. `current` is
    /// the node that the keyboard is on.
    void setScene(std::shared_ptr<const FlameScene> scene, std::uint32_t focus, std::optional<std::uint32_t> current);
    void setFocusNode(std::uint32_t focus);
    void setMatches(std::vector<std::uint32_t> nodes);
    void setSelected(std::vector<std::uint32_t> nodes);
    void setRootAtTop(bool rootAtTop);
    /// What to say when the scene has nothing to draw.
    void setEmptyText(const QString& text);

    const FlameScene* scene() const { return m_scene.get(); }
    /// Null without a scene.
    FlamePainter* painter() const { return m_painter.get(); }
    const std::vector<std::uint32_t>& matches() const { return m_matches; }
    const std::vector<std::uint32_t>& selected() const { return m_selected; }
    std::uint32_t focusNode() const { return m_focus; }
    std::optional<std::uint32_t> currentNode() const { return m_current; }
    std::optional<std::uint32_t> hoveredNode() const { return m_hovered; }
    /// What the hovered node is part of, when it is too narrow to be told from its neighbours.
    std::optional<FlameBand> hoveredBand() const { return m_hovered ? bandAt(*m_hovered) : std::nullopt; }
    bool rootAtTop() const { return m_rootAtTop; }
    bool isZoomed() const;
    /// Whether something of `node` is below the focused node, or leads to it.
    bool isInHome(std::uint32_t node) const;

    /// Makes `node` current and brings it into sight, zooming in when it is too narrow to be seen.
    void goTo(std::uint32_t node);
    /// Brings the widest of `nodes`, which is not empty, into sight, unless one of them is: scrolls, but does not zoom.
    void reveal(const std::vector<std::uint32_t>& nodes);
    void showHome();
    /// Zooms to the band's frames; where they are all there is in sight already, about `x` (logical pixels).
    void open(const FlameBand& band, double x);
    /// `factor` > 1 zooms in; the position under `x` (logical pixels) stays where it is.
    void zoom(double factor, double x);

    /// The range in sight, and that of the focused node.
    double left() const { return m_left; }
    double width() const { return m_width; }
    double homeLeft() const;
    double homeWidth() const;
    void setLeft(double left);
    /// In logical pixels.
    int scroll() const { return m_scroll; }
    int maxScroll() const;
    void setScroll(int scroll);

    std::optional<std::uint32_t> nodeAt(QPointF position) const;
    /// In logical pixels; null when the node is out of sight.
    QRectF nodeRectangle(std::uint32_t node) const;
    int rowHeight() const;

    QSize sizeHint() const override { return {800, 400}; }
    QSize minimumSizeHint() const override { return {160, 60}; }

signals:
    /// A menu for the current node, which was picked just now.
    void menuWanted(std::uint32_t node, const QPoint& global);
    /// The range or the rows in sight have changed.
    void moved();
    /// Other frames, other marks or other colours, in sight or not.
    void contentChanged();
    void hoverChanged();
    /// By the mouse or the keyboard.
    void picked(std::uint32_t node, bool byKeyboard);
    void activated(std::uint32_t node);
    void escapePressed();

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    FlameWindow window() const;
    std::optional<FlameBand> bandAt(std::uint32_t node) const;
    bool pinch(QGestureEvent& event);
    void paintOverlay(QPainter& painter, const FlameWindow& window);
    void makePainter();
    void invalidate();
    void moveTo(double left, double width, bool animated);
    void setStretch(double left, double width);
    void setHovered(std::optional<std::uint32_t> node);
    void setCurrent(std::optional<std::uint32_t> node);
    void showRow(std::uint32_t depth);
    std::optional<std::uint32_t> neighbour(int key) const;

    std::shared_ptr<const FlameScene> m_scene;
    std::unique_ptr<FlamePainter> m_painter;
    QImage m_image;  // the frames without any marks, as last painted
    bool m_imageIsValid = false;
    QString m_emptyText;
    std::vector<std::uint32_t> m_matches, m_selected;
    std::uint32_t m_focus = 0;
    std::optional<std::uint32_t> m_current, m_hovered;
    double m_left = 0, m_width = 1;
    int m_scroll = 0;
    bool m_rootAtTop = true;

    QVariantAnimation m_animation;
    double m_fromLeft = 0, m_fromWidth = 1, m_toLeft = 0, m_toWidth = 1;

    enum class Press { None, Button, Drag, Opened };  // the last: a click that has opened a band
    Press m_press = Press::None;
    QPointF m_pressedAt, m_draggedTo;
    double m_wheelRemainder = 0;
};

}  // namespace heapprof::gui
