// A page of any size for a picture of its own size.
#pragma once

#include <QColor>
#include <QPainter>
#include <QSizeF>
#include <algorithm>

namespace heapprof::gui {

/// Paints `page` with `paper` and scales what follows, so that a picture of `natural` size just fits; puts the painter
/// back at its end.
class FittedPage {
public:
    enum class Place { Left, Centre };

    FittedPage(QPainter& painter, const QSizeF& page, const QSizeF& natural, const QColor& paper,
               Place place = Place::Left)
        : m_painter(painter), m_scale(std::min(page.width() / natural.width(), page.height() / natural.height())) {
        painter.save();
        painter.fillRect(QRectF(QPointF(), page), paper);
        if (place == Place::Centre) painter.translate((page.width() - natural.width() * m_scale) / 2, 0);
        painter.scale(m_scale, m_scale);
    }
    ~FittedPage() { m_painter.restore(); }
    FittedPage(const FittedPage&) = delete;
    FittedPage& operator=(const FittedPage&) = delete;

    double scale() const { return m_scale; }

private:
    QPainter& m_painter;
    double m_scale;
};

}  // namespace heapprof::gui
