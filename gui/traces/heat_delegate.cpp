#include "gui/traces/heat_delegate.h"

#include <QApplication>
#include <QPainter>
#include <cmath>

#include "gui/common/colours.h"
#include "gui/common/path_text.h"
#include "gui/common/style.h"
#include "gui/traces/cells.h"

namespace heapprof::gui {
namespace {
constexpr double kMeterHeight = 6, kLeastMeter = 24;
constexpr int kSlack = 4;  // the style elides a little early
}  // namespace

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
    const bool isPlace = index.data(PlaceRole).toBool();
    option->textElideMode = isPlace ? Qt::ElideLeft : Qt::ElideRight;
    if (!isPlace || option->rect.width() <= 0) return;
    const QStyle* style = option->widget ? option->widget->style() : QApplication::style();
    const int margin = style->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, option->widget) + 1;
    option->text = elidedPath(option->text, QFontMetrics(option->font), option->rect.width() - 2 * margin - kSlack);
}

QSize HeatDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    return QStyledItemDelegate::sizeHint(option, index) + QSize(0, 4);
}

void HeatDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    paintGround(painter, option, index);
    const QVariant heat = index.data(HeatRole);
    if (!heat.isValid()) return QStyledItemDelegate::paint(painter, option, index);
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QStyle* style = item.widget ? item.widget->style() : QApplication::style();
    const QString text = std::exchange(item.text, QString());
    style->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);  // background, selection, focus

    const int margin = style->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, item.widget) + 1;
    painter->setPen(item.palette.color(QPalette::Text));
    painter->setFont(item.font);
    painter->drawText(item.rect.adjusted(margin, 0, -margin, 0), Qt::AlignRight | Qt::AlignVCenter, text);

    // Beside the number, never below it.
    const double reserved = QFontMetricsF(item.font).horizontalAdvance(QStringLiteral("+100.0 %")) + 2 * margin;
    QRectF meter = QRectF(item.rect).adjusted(2 * kGrid, 0, -reserved - kGrid, 0);
    if (meter.width() < kLeastMeter) return;
    meter.setTop(std::floor(meter.center().y() - kMeterHeight / 2));
    meter.setHeight(kMeterHeight);
    const Tones tones = tonesOf(item.palette);
    const double share = heat.toDouble();
    QRectF part = meter;
    part.setWidth(meter.width() * std::abs(share));
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(tones.chip);
    painter->drawRoundedRect(meter, kMeterHeight / 2, kMeterHeight / 2);
    const bool isDifference = index.data(ChangeRole).toBool();
    painter->setBrush(isDifference ? changeColour(share < 0 ? -1 : 1, item.palette) : tones.own);
    painter->drawRoundedRect(part, kMeterHeight / 2, kMeterHeight / 2);
    painter->restore();
}

}  // namespace heapprof::gui
