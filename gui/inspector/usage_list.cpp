#include "gui/inspector/usage_list.h"

#include <QFocusEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cstdlib>

#include "gui/common/colours.h"
#include "gui/common/result_texts.h"
#include "gui/common/style.h"

namespace heapprof::gui {
namespace {

constexpr int kMeterWidth = 64, kMeterHeight = 6;

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

}  // namespace

UsageList::UsageList(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void UsageList::setCalls(std::vector<LineFacts::Call> calls, std::int64_t whole,
                         std::shared_ptr<const InstantResult> result) {
    m_calls = std::move(calls);
    m_whole = std::max<std::int64_t>(1, std::abs(whole));
    m_result = std::move(result);
    m_current.reset();
    QStringList texts;
    for (const LineFacts::Call& call : m_calls)
        texts << QStringLiteral("%1 %2 %3")
                     .arg(text(call.function), text(call.place), amountText(*m_result, call.amount));
    setAccessibleDescription(texts.join(u'\n'));
    updateGeometry();
    update();
}

int UsageList::rowHeight() const { return fontMetrics().height() + 2 * kGrid; }

QSize UsageList::sizeHint() const { return {320, rowHeight() * static_cast<int>(m_calls.size())}; }

std::optional<std::size_t> UsageList::rowAt(const QPointF& position) const {
    const auto row = static_cast<std::size_t>(std::max(0.0, position.y()) / rowHeight());
    return row < m_calls.size() ? std::optional(row) : std::nullopt;
}

void UsageList::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tones tones = tonesOf(palette());
    const QFont code = codeFont(font());
    for (std::size_t i = 0; i < m_calls.size(); ++i) {
        const LineFacts::Call& call = m_calls[i];
        const QRectF area(0, rowHeight() * static_cast<int>(i), width(), rowHeight());
        if (m_current == i) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(tones.hover);
            painter.drawRoundedRect(area, 5, 5);
        }
        const QRectF meter(area.right() - kMeterWidth - kGrid, area.center().y() - kMeterHeight / 2.0, kMeterWidth,
                           kMeterHeight);
        painter.setPen(Qt::NoPen);
        painter.setBrush(tones.chip);
        painter.drawRoundedRect(meter, 3, 3);
        QRectF part = meter;
        part.setWidth(meter.width() *
                      std::min(1.0, static_cast<double>(std::abs(call.amount)) / static_cast<double>(m_whole)));
        painter.setBrush(m_result->isDifference() && call.amount != 0
                             ? changeColour(call.amount < 0 ? -1 : 1, palette())
                             : tones.own);
        painter.drawRoundedRect(part, 3, 3);
        const QString amount = amountText(*m_result, call.amount);
        const double amountWidth = QFontMetricsF(font()).horizontalAdvance(amount);
        const double amountLeft = meter.left() - 2.5 * kGrid - amountWidth;
        painter.setFont(font());
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(QRectF(amountLeft, area.top(), amountWidth + 1, area.height()), Qt::AlignVCenter, amount);
        double left = area.left() + 1.5 * kGrid;
        const double room = amountLeft - 2 * kGrid - left;
        const QString place = text(call.place);
        const double placeWidth = std::min(room / 2, QFontMetricsF(code).horizontalAdvance(place) + 1);
        const QString name = QFontMetricsF(font()).elidedText(text(call.function), Qt::ElideRight,
                                                              std::max(0.0, room - placeWidth - 2 * kGrid));
        painter.drawText(QRectF(left, area.top(), room, area.height()), Qt::AlignVCenter, name);
        if (!name.isEmpty()) left += QFontMetricsF(font()).horizontalAdvance(name) + 2 * kGrid;
        painter.setFont(code);
        painter.setPen(tones.dim);
        painter.drawText(QRectF(left, area.top(), amountLeft - 2 * kGrid - left, area.height()), Qt::AlignVCenter,
                         QFontMetricsF(code).elidedText(place, Qt::ElideLeft, amountLeft - 2 * kGrid - left));
    }
}

void UsageList::mouseMoveEvent(QMouseEvent* event) {
    m_current = rowAt(event->position());
    update();
}

void UsageList::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return QWidget::mouseReleaseEvent(event);
    if (const auto row = rowAt(event->position())) emit picked(m_calls[*row].line);
}

void UsageList::leaveEvent(QEvent*) {
    if (!hasFocus()) m_current.reset();
    update();
}

void UsageList::focusInEvent(QFocusEvent* event) {
    if (event->reason() != Qt::MouseFocusReason && !m_calls.empty() && !m_current) m_current = 0;
    QWidget::focusInEvent(event);
    update();
}

void UsageList::keyPressEvent(QKeyEvent* event) {
    if (m_calls.empty()) return QWidget::keyPressEvent(event);
    const std::size_t row = m_current.value_or(0);
    if (event->key() == Qt::Key_Down)
        m_current = std::min(row + 1, m_calls.size() - 1);
    else if (event->key() == Qt::Key_Up)
        m_current = row == 0 ? 0 : row - 1;
    else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && m_current)
        return emit picked(m_calls[row].line);
    else
        return QWidget::keyPressEvent(event);
    update();
}

bool UsageList::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto row = rowAt(help->pos());
    if (!row) return QWidget::event(event);
    const LineFacts::Call& call = m_calls[*row];
    QToolTip::showText(help->globalPos() + QPoint(0, rowHeight()),
                       QStringLiteral("%1\n%2").arg(text(call.function), text(call.place)), this);
    return true;
}

}  // namespace heapprof::gui
