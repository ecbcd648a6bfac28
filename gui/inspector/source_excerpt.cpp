#include "gui/inspector/source_excerpt.h"

#include <QEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "gui/common/result_texts.h"
#include "gui/common/style.h"

namespace heapprof::gui {

SourceExcerptView::SourceExcerptView(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("sourceExcerpt"));
    setAccessibleName(tr("Source"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void SourceExcerptView::showFacts(const LineFacts& facts) {
    m_rows.clear();
    std::int64_t greatest = 1;
    for (const auto& [number, amount] : facts.amountsOfSource) greatest = std::max(greatest, std::abs(amount));
    // The indentation that all have in common says nothing.
    std::size_t indent = std::string::npos;
    for (const std::string& line : facts.source.lines)
        if (const std::size_t at = line.find_first_not_of(' '); at != std::string::npos) indent = std::min(indent, at);
    if (indent == std::string::npos) indent = 0;
    for (std::size_t i = 0; i < facts.source.lines.size(); ++i) {
        const auto number = facts.source.first + static_cast<std::uint32_t>(i);
        const std::string& line = facts.source.lines[i];
        Row row{
            QString::number(number), QString::fromStdString(line.size() > indent ? line.substr(indent) : ""), {}, 0};
        if (const auto known = facts.amountsOfSource.find(number); known != facts.amountsOfSource.end()) {
            row.amount = amountText(*facts.result, known->second);
            row.share = static_cast<double>(std::abs(known->second)) / static_cast<double>(greatest);
        }
        if (number == facts.result->traces().line(facts.line).line) m_selected = i;
        m_rows.push_back(std::move(row));
    }
    QStringList texts;
    for (const Row& row : m_rows) texts << row.text;
    setAccessibleDescription(texts.join(u'\n'));
    setVisible(!m_rows.empty());
    updateGeometry();
    update();
}

double SourceExcerptView::rowHeight() const { return std::ceil(QFontMetricsF(codeFont(font())).height()) + 5; }

QSize SourceExcerptView::sizeHint() const {
    return {320, static_cast<int>(rowHeight() * static_cast<double>(m_rows.size())) + 2};
}

void SourceExcerptView::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange) updateGeometry();
}

void SourceExcerptView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Tones tones = tonesOf(palette());
    const QFont font = codeFont(this->font());
    const QFontMetricsF metrics(font);
    painter.setFont(font);
    double amountWidth = 0, numberWidth = 0;
    for (const Row& row : m_rows) {
        amountWidth = std::max(amountWidth, metrics.horizontalAdvance(row.amount) + 12);
        numberWidth = std::max(numberWidth, metrics.horizontalAdvance(row.number));
    }
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const Row& row = m_rows[i];
        const QRectF area(1, 1 + rowHeight() * static_cast<double>(i), width() - 2, rowHeight());
        if (i == m_selected) painter.fillRect(area, tones.chosen);
        if (row.share > 0) {
            QColor bar = tones.own;
            bar.setAlphaF(0.4f);
            painter.fillRect(QRectF(area.left(), area.top() + 3, amountWidth * row.share, area.height() - 6), bar);
        }
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(QRectF(area.left(), area.top(), amountWidth - 6, area.height()),
                         Qt::AlignRight | Qt::AlignVCenter, row.amount);
        painter.setPen(tones.dim);
        painter.drawText(QRectF(area.left() + amountWidth + 4, area.top(), numberWidth, area.height()),
                         Qt::AlignRight | Qt::AlignVCenter, row.number);
        const double left = area.left() + amountWidth + numberWidth + 16;
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(QRectF(left, area.top(), area.right() - left, area.height()),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextForceLeftToRight,
                         metrics.elidedText(row.text, Qt::ElideRight, area.right() - left));
    }
    painter.setPen(QPen(tones.line, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
}

}  // namespace heapprof::gui
