#include "gui/traces/lines_sheet.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <algorithm>
#include <numeric>

#include "core/text/text.h"
#include "gui/common/fitted_page.h"
#include "gui/common/result_texts.h"
#include "gui/traces/heat_delegate.h"

namespace heapprof::gui {
namespace {

constexpr double kMargin = 16;
constexpr std::uint32_t kMaxRows = 60;
constexpr double kEmptyWidth = 1205;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(LinesSheet)
};

/// In logical pixels. The first text is a function's name, the others are places.
double widthOf(const Column& column, bool isFirst) {
    switch (column.kind) {
        case CellKind::Text:
        case CellKind::Code:
            return isFirst ? 200 : 470;
        case CellKind::Interval:
            return 160;
        case CellKind::Other:
        case CellKind::Identifier:
            return 90;
        case CellKind::Amount:
        case CellKind::Share:
            break;
    }
    return 95;
}

std::vector<double> widthsOf(const std::vector<Column>& columns) {
    std::vector<double> widths;
    for (const Column& column : columns) widths.push_back(widthOf(column, widths.empty()));
    return widths;
}

double width(const LinesSheet& sheet) {
    if (!sheet.rows) return kEmptyWidth;
    const std::vector<double> widths = widthsOf(sheet.rows->columns());
    return std::accumulate(widths.begin(), widths.end(), 0.0);
}

std::uint32_t shownRows(const LinesSheet& sheet) { return sheet.rows ? std::min(sheet.rows->size(), kMaxRows) : 0; }
double rowHeight(const QFont& font) { return QFontMetricsF(font).height() + 6; }

QString title(const UsageRows& rows) {
    const InstantResult& result = *rows.sharedResult();
    const Estimate& total = result.snapshot().total;
    return Words::tr("Lines of code. %1: %2")
        .arg(subjectOf(result), result.isDifference()
                                    ? amountWithUnit(result, result.amountOf(total))
                                    : QString::fromStdString(formatEstimate(total, result.measure())));
}

void drawCell(QPainter& painter, const QRectF& cell, const QString& text, bool isNumber) {
    const QRectF inner = cell.adjusted(5, 0, -5, 0);
    const QString shown =
        QFontMetricsF(painter.font()).elidedText(text, isNumber ? Qt::ElideRight : Qt::ElideMiddle, inner.width());
    painter.drawText(inner, static_cast<int>((isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter), shown);
}

}  // namespace

QSizeF LinesSheet::size() const {
    return {width(*this) + 2 * kMargin, (std::max(4u, shownRows(*this)) + 4) * rowHeight(font) + 2 * kMargin};
}

void LinesSheet::draw(QPainter& painter, const QSizeF& pageSize) const {
    const QSizeF natural = size();
    const double sheetWidth = width(*this);
    const FittedPage page(painter, pageSize, natural, palette.color(QPalette::Base));
    painter.translate(kMargin, kMargin);
    const double height = rowHeight(font);
    const QColor ink = palette.color(QPalette::Text);
    painter.setFont(font);
    painter.setPen(ink);
    if (shownRows(*this) == 0) {
        painter.drawText(QRectF(0, 0, sheetWidth, natural.height() - 2 * kMargin), Qt::AlignCenter, emptyText);
        return;
    }
    QFont bold = font;
    bold.setBold(true);
    painter.setFont(bold);
    painter.drawText(QRectF(0, 0, sheetWidth, height), Qt::AlignLeft | Qt::AlignVCenter, title(*rows));
    painter.translate(0, 1.5 * height);
    const std::vector<Column> columns = rows->columns();
    const std::vector<double> widths = widthsOf(columns);
    double x = 0;
    for (std::size_t i = 0; i < columns.size(); x += widths[i++]) {
        drawCell(painter, QRectF(x, 0, widths[i], height), columns[i].title, !isText(columns[i].kind));
    }
    painter.setFont(font);
    painter.fillRect(QRectF(0, height, sheetWidth, 1), ink);
    for (std::uint32_t row = 0; row < shownRows(*this); ++row) {
        const double y = (row + 1) * height + 2;
        if (row % 2) painter.fillRect(QRectF(0, y, sheetWidth, height), palette.color(QPalette::AlternateBase));
        x = 0;
        for (std::size_t i = 0; i < columns.size(); x += widths[i++]) {
            const QRectF cell(x, y, widths[i], height);
            const int column = static_cast<int>(i);
            if (isText(columns[i].kind)) {
                painter.setPen(ink);
                drawCell(painter, cell, QString::fromStdString(rows->shownText(row, column)), false);
                continue;
            }
            if (columns[i].kind == CellKind::Interval) {
                drawCell(painter, cell, rows->style().intervalData(rows->estimate(row), Qt::DisplayRole).toString(),
                         true);
                continue;
            }
            const std::int64_t number = rows->number(row, column);
            const CellStyle& style = rows->style();
            if (columns[i].kind == CellKind::Share) {
                const double share = style.heat(number);
                QRectF bar = cell.adjusted(4, 2, -2, -2);
                const double length = bar.width() * std::abs(share);
                share < 0 ? bar.setLeft(bar.right() - length) : bar.setWidth(length);
                painter.fillRect(bar, heatColour(share, style.isDifference, palette));
            }
            const QVariant colour = style.data(columns[i].kind, number, Qt::ForegroundRole, palette);
            painter.setPen(colour.isValid() ? colour.value<QColor>() : ink);
            drawCell(painter, cell, style.text(columns[i].kind, number), true);
        }
    }
    if (const std::uint32_t hidden = rows->size() - shownRows(*this); hidden > 0) {
        painter.setPen(ink);
        painter.drawText(QRectF(0, (shownRows(*this) + 1.3) * height, sheetWidth, height),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         Words::tr("Smaller lines that are not listed: %1").arg(hidden));
    }
}

}  // namespace heapprof::gui
