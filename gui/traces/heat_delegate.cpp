#include "gui/traces/heat_delegate.h"

#include <QApplication>
#include <QPainter>
#include <cmath>

#include "gui/common/colours.h"
#include "gui/traces/cells.h"

namespace heapprof::gui {

QColor heatColour(double share, bool isDifference, const QPalette& palette) {
    const bool dark = isDark(palette);
    QColor colour = changeColour(share < 0 ? -1 : 1, palette);
    if (!isDifference) {  // yellow for little, red for much
        const double hue = 45 - 41 * std::sqrt(std::abs(share));
        colour = QColor::fromHslF(static_cast<float>(hue / 360), 0.80F, dark ? 0.42F : 0.58F);
    }
    colour.setAlphaF(dark ? 0.55F : 0.40F);
    return colour;
}

void HeatDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
    QStyledItemDelegate::initStyleOption(option, index);
    // Of a path the end tells most.
    option->textElideMode = option->text.contains(QLatin1Char('/')) ? Qt::ElideLeft : Qt::ElideRight;
}

QSize HeatDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    return QStyledItemDelegate::sizeHint(option, index) + QSize(0, 4);
}

void HeatDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const QVariant heat = index.data(HeatRole);
    if (!heat.isValid()) return QStyledItemDelegate::paint(painter, option, index);
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QStyle* style = item.widget ? item.widget->style() : QApplication::style();
    const QString text = std::exchange(item.text, QString());
    style->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);  // background, selection, focus

    const double share = heat.toDouble();
    QRectF bar = QRectF(item.rect).adjusted(2, 2, -2, -2);
    const double length = bar.width() * std::abs(share);
    if (share < 0) {
        bar.setLeft(bar.right() - length);
    } else {
        bar.setWidth(length);
    }
    const bool isDifference = index.data(Qt::ForegroundRole).isValid();
    painter->fillRect(bar, heatColour(share, isDifference, item.palette));
    const bool selected = item.state & QStyle::State_Selected;
    painter->setPen(item.palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
    painter->setFont(item.font);
    const int margin = style->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, item.widget) + 1;
    painter->drawText(item.rect.adjusted(margin, 0, -margin, 0), Qt::AlignRight | Qt::AlignVCenter, text);
}

}  // namespace heapprof::gui
