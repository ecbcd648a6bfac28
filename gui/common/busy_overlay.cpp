#include "gui/common/busy_overlay.h"

#include <QEvent>
#include <QPainter>

namespace heapprof::gui {

BusyOverlay::BusyOverlay(QWidget* parent) : QWidget(parent) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    parent->installEventFilter(this);
    hide();
}

void BusyOverlay::setText(const QString& text) {
    if (text == m_text) return;
    m_text = text;
    update();
}

bool BusyOverlay::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parent() && event->type() == QEvent::Resize) resize(parentWidget()->size());
    return QWidget::eventFilter(watched, event);
}

void BusyOverlay::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    QColor colour = palette().color(QPalette::Window);
    colour.setAlphaF(0.6F);
    painter.fillRect(rect(), colour);
    QRectF plate = QFontMetricsF(font()).boundingRect(QRectF(rect()), Qt::AlignCenter, m_text).adjusted(-16, -8, 16, 8);
    plate.moveCenter(QPointF(width() / 2.0, height() / 2.0));
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(palette().color(QPalette::Mid));
    painter.setBrush(palette().color(QPalette::Base));
    painter.drawRoundedRect(plate, 4, 4);
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(plate, Qt::AlignCenter, m_text);
}

}  // namespace heapprof::gui
