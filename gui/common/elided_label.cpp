#include "gui/common/elided_label.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

#include "gui/common/path_text.h"

namespace heapprof::gui {

void ElidedLabel::setText(const QString& text) {
    if (text == m_text) return;
    m_text = text;
    setToolTip(text.toHtmlEscaped());
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize ElidedLabel::sizeHint() const {
    // Rounded up: a fraction of a pixel too little would cost two letters.
    const auto width = static_cast<int>(std::ceil(QFontMetricsF(font()).horizontalAdvance(m_text)));
    return {width + 8, fontMetrics().height() + 4};
}
QSize ElidedLabel::minimumSizeHint() const { return {std::min(sizeHint().width(), 60), fontMetrics().height() + 4}; }

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QRect area = rect().adjusted(4, 0, -4, 0);
    painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter,
                     m_isPath ? elidedPath(m_text, fontMetrics(), area.width())
                              : fontMetrics().elidedText(m_text, Qt::ElideMiddle, area.width()));
}

}  // namespace heapprof::gui
