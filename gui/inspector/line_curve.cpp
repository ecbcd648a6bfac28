#include "gui/inspector/line_curve.h"

#include <QPainter>
#include <algorithm>

#include "core/text/text.h"
#include "gui/common/small_curve.h"
#include "gui/common/style.h"

namespace heapprof::gui {

LineCurve::LineCurve(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("lineCurve"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void LineCurve::showPlot(std::shared_ptr<const PlotResult> plot) {
    m_plot = std::move(plot);
    update();
}

std::span<const std::int64_t> LineCurve::amounts() const {
    if (!m_plot || !m_plot->selected) return {};
    const std::vector<std::int64_t>& amounts = m_plot->selected->amounts;
    return std::span(amounts).first(std::min(amounts.size(), m_plot->total.size()));
}

QString LineCurve::greatestText() const {
    if (amounts().empty()) return {};
    const std::int64_t greatest = std::ranges::max(amounts());
    return tr("up to %1").arg(QString::fromStdString(formatWithUnit(greatest, m_plot->counted.measure)));
}

void LineCurve::setCursor(std::optional<Micros> time) {
    m_time = time;
    update();
}

void LineCurve::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tones tones = tonesOf(palette());
    const QRectF area = QRectF(rect()).adjusted(0.5, 2, -0.5, -1.5);
    painter.setPen(QPen(tones.line, 1));
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    const auto amounts = this->amounts();
    if (amounts.empty()) return;
    const auto span = static_cast<double>((m_plot->end - m_plot->begin).count);
    const auto top = static_cast<double>(std::max<std::int64_t>(1, std::ranges::max(amounts)));
    const auto x = [&](Micros time) {
        return area.left() + area.width() * static_cast<double>((time - m_plot->begin).count) / span;
    };
    QPolygonF curve;
    for (std::size_t i = 0; i < amounts.size(); ++i) {
        const double y = area.bottom() - (area.height() - 2) * std::max(0.0, static_cast<double>(amounts[i]) / top);
        curve << QPointF(x(m_plot->total[i].begin), y) << QPointF(x(m_plot->total[i].end), y);
    }
    paintSmallCurve(painter, curve, area.bottom(), tones.own);
    if (m_time && *m_time >= m_plot->begin && *m_time <= m_plot->end) {
        painter.setPen(QPen(tones.cursor, 1));
        painter.drawLine(QPointF(x(*m_time), rect().top()), QPointF(x(*m_time), rect().bottom()));
    }
}

}  // namespace heapprof::gui
