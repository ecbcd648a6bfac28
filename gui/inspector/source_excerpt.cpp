#include "gui/inspector/source_excerpt.h"

#include <QEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "gui/common/code_line.h"
#include "gui/common/result_texts.h"
#include "gui/common/style.h"

namespace heapprof::gui {

SourceExcerptView::SourceExcerptView(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("sourceExcerpt"));
    setAccessibleName(tr("Source"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void SourceExcerptView::show(const LineFacts& facts, const SourceFile* file, const Syntax* syntax) {
    if (file)
        m_rows = rowsOf(facts, *file, syntax);
    else
        for (Row& row : m_rows) row = {};
    QStringList texts;
    for (const Row& row : m_rows) texts << row.text;
    setAccessibleDescription(texts.join(u'\n'));
    setVisible(!m_rows.empty());
    updateGeometry();
    update();
}

std::vector<SourceExcerptView::Row> SourceExcerptView::rowsOf(const LineFacts& facts, const SourceFile& file,
                                                              const Syntax* syntax) {
    const std::size_t own = facts.result->traces().line(facts.line).line;  // from 1
    if (own == 0 || own > file.lines.size()) return {};
    const std::size_t first = own - std::min<std::size_t>(own - 1, kLinesAround);
    const std::size_t last = std::min<std::size_t>(own + kLinesAround, file.lines.size());
    std::int64_t greatest = 1;
    for (const auto& [number, amount] : facts.amountsAround) greatest = std::max(greatest, std::abs(amount));
    // The indentation that all have in common says nothing.
    std::size_t indent = std::string::npos;
    for (std::size_t number = first; number <= last; ++number)
        indent = std::min(indent, file.lines[number - 1].find_first_not_of(' '));
    if (indent == std::string::npos) indent = 0;
    std::vector<Row> rows;
    for (std::size_t number = first; number <= last; ++number) {
        const std::string& line = file.lines[number - 1];
        Row row;
        row.number = QString::number(number);
        row.text = QString::fromStdString(line.size() > indent ? line.substr(indent) : "");
        if (syntax && number <= syntax->size())
            for (SyntaxSpan span : (*syntax)[number - 1]) {
                span.length += std::min(0, span.begin - static_cast<int>(indent));
                span.begin = std::max(0, span.begin - static_cast<int>(indent));
                if (span.length > 0) row.spans.push_back(span);
            }
        if (const auto known = facts.amountsAround.find(static_cast<std::uint32_t>(number));
            known != facts.amountsAround.end()) {
            row.amount = amountText(*facts.result, known->second);
            row.share = static_cast<double>(std::abs(known->second)) / static_cast<double>(greatest);
        }
        row.isSelected = number == own;
        rows.push_back(std::move(row));
    }
    return rows;
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
        if (row.isSelected) painter.fillRect(area, tones.chosen);
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
        const CodeLine line(row.text, row.spans, {font, palette()}, area.right() - left);
        line.draw(painter, QPointF(left, area.top() + (area.height() - line.height()) / 2));
    }
    painter.setPen(QPen(tones.line, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
}

}  // namespace heapprof::gui
