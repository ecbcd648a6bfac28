// The window onto a flow graph: pans by dragging, zooms about the cursor.
#pragma once

#include <QGraphicsView>

#include "gui/flowgraph/flow_scene.h"

namespace heapprof::gui {

class FlowCanvas : public QGraphicsView {
    Q_OBJECT

public:
    static constexpr double kMinZoom = 0.02, kMaxZoom = 6;

    explicit FlowCanvas(FlowScene& scene, QWidget* parent = nullptr);

    /// Below it the smallest letters of the picture have less than nine pixels.
    double readableZoom() const;
    double zoom() const { return transform().m11(); }
    /// Shows the scene's point `at` at the viewport's point `where`.
    void show(double zoom, const QPointF& at, const QPointF& where);
    /// Zooms by `factor`; what is at `where` stays there.
    void zoomAbout(double factor, const QPointF& where);
    void centreOn(const QPointF& at);
    /// Makes `rect` visible as a whole, at most at its natural size.
    void fit(const QRectF& rect);
    /// Fits everything, now and after each resize or new picture, until the user moves the picture; what fits by itself
    /// is everything from then on.
    void fitAll();
    /// As much as is still readable, beginning with the heaviest path; everything when fitAll() was called before.
    /// Again whenever the picture or the widget changes, until the user moves it.
    void fitReadably();
    /// For another capture: fits readably.
    void startOver() {
        m_fitting = true;
        m_isWholeWanted = false;
    }
    bool isFitting() const { return m_fitting; }
    void setFitting(bool fitting) { m_fitting = fitting; }
    /// Shows `path`, boxes that follow each other, as a whole where it can be read so; else its end, with as much as
    /// fits of what leads there.
    void showPath(const std::vector<std::size_t>& path);
    /// What is visible, in scene units.
    QRectF visibleRect() const;

signals:
    void clicked(const QPointF& at);
    void doubleClicked(const QPointF& at);
    void menuRequested(const QPointF& at, const QPoint& global);
    void viewChanged();

protected:
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void drawBackground(QPainter* painter, const QRectF& rect) override;

private:
    /// Shows the path from its first box on, which is not cut, about as large as can just be read; of the places near
    /// its middle one whose edges cut few boxes.
    void showWhole(const std::vector<std::size_t>& path);
    /// What is the viewport's upper left corner then: `rect` is seen from its top on, as a whole where it fits, else
    /// what is around `x`.
    QPointF cornerFor(const QRectF& rect, double x, double scale) const;
    QRectF rectOf(const std::vector<std::size_t>& boxes) const;

    FlowScene& m_scene;
    bool m_fitting = true, m_isWholeWanted = false;
    bool m_pressed = false, m_dragging = false;
    QPointF m_pressedAt, m_draggedTo;
};

}  // namespace heapprof::gui
