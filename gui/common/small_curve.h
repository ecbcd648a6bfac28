// A small curve without axes, filled down to its ground.
#pragma once

#include <QColor>
#include <QPainter>
#include <QPolygonF>

namespace heapprof::gui {

/// `line` from left to right; `ground` is the y below it.
inline void paintSmallCurve(QPainter& painter, const QPolygonF& line, double ground, const QColor& colour) {
    if (line.isEmpty()) return;
    QPolygonF filled = line;
    filled << QPointF(line.last().x(), ground) << QPointF(line.first().x(), ground);
    QColor fill = colour;
    fill.setAlphaF(0.25f);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawPolygon(filled);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colour, 1.5));
    painter.drawPolyline(line);
}

}  // namespace heapprof::gui
