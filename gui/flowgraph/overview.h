// The bird's-eye view in a corner of the flow graph.
#pragma once

#include <QGraphicsView>

#include "gui/flowgraph/flow_canvas.h"

namespace heapprof::gui {

/// Shows the canvas's whole scene and which part of it the canvas shows; dragging moves that. It lies over the canvas,
/// in its lower right corner, and hides itself while the canvas shows everything.
class Overview : public QGraphicsView {
    Q_OBJECT

public:
    Overview(FlowScene& scene, FlowCanvas& canvas);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void drawBackground(QPainter* painter, const QRectF& rect) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;

private:
    void follow();
    void moveCanvas(const QPointF& where);

    FlowScene& m_scene;
    FlowCanvas& m_canvas;
};

}  // namespace heapprof::gui
