// The whole flame graph in a thin strip, and which part of it is in sight.
#pragma once

#include <QImage>
#include <QWidget>

#include "gui/flamegraph/flame_window.h"

namespace heapprof::gui {

class FlameCanvas;

/// Shows the canvas's scene from its root on, whatever the canvas is focused on, with the matches and the instances of
/// the selected line, and a frame around what the canvas shows. The frame can be dragged, a click brings it there, the
/// wheel zooms, a double click shows everything. The arrow keys move it; other keys mean what they do on the canvas.
class FlameMinimap : public QWidget {
    Q_OBJECT

public:
    explicit FlameMinimap(FlameCanvas& canvas, QWidget* parent = nullptr);

    /// In logical pixels; null when there is nothing to show.
    QRectF frame() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {160, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    bool isEmpty() const;
    FlameStrip strip() const;
    double total() const;  // as the layout has it
    double contentHeight() const;
    /// How far the canvas can move, in its own units; 1 where it cannot.
    double wayAcross() const;
    double wayDown() const;
    void paintGraph();
    void invalidate();
    void followCanvas();
    /// As near as it may come.
    void moveFrame(QPointF centre);

    FlameCanvas& m_canvas;
    QImage m_image;  // the graph with its marks, as last painted; null: not valid
    QPointF m_grip;  // where the frame was taken, from its centre
};

}  // namespace heapprof::gui
