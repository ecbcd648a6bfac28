#include "gui/timeplot/plot_painter.h"

#include <QFontMetricsF>
#include <algorithm>

#include "gui/timeplot/mark_painter.h"

namespace heapprof::gui {
namespace {

constexpr double kPadding = 6;

QColor faded(const QPalette& palette) {
    QColor colour = palette.color(QPalette::Text);
    colour.setAlphaF(0.75f);
    return colour;
}

/// A text on a rounded plate at `x`, kept within `bounds`.
void paintPlate(QPainter& painter, double x, double top, const QString& text, const QColor& ground, const QColor& ink,
                const QRectF& bounds, const QFont& font) {
    const QFontMetricsF metrics(font);
    const QString shown = metrics.elidedText(text, Qt::ElideRight, bounds.width() - 2 * kPadding);
    const QSizeF size(metrics.horizontalAdvance(shown) + 2 * kPadding, metrics.height() + 2);
    const double left =
        std::clamp(x - size.width() / 2, bounds.left(), std::max(bounds.left(), bounds.right() - size.width()));
    const QRectF plate(QPointF(left, top), size);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ground);
    painter.drawRoundedRect(plate, 3, 3);
    painter.setPen(ink);
    painter.drawText(plate, Qt::AlignCenter, shown);
}

QColor inkOn(const QColor& ground) { return ground.lightnessF() > 0.6f ? QColor(Qt::black) : QColor(Qt::white); }

void paintLabels(QPainter& painter, const PlotDecoration& plot, const QPalette& palette, const QFont& font) {
    const QFontMetricsF metrics(font);
    painter.setPen(faded(palette));
    const QRectF area = plot.frame.plotArea;
    for (const Tick& tick : plot.frame.ticks.ticks) {
        const double y = plot.yOf(tick.value);
        const QRectF box(0, y - metrics.height() / 2, area.left() - kPadding, metrics.height());
        if (box.bottom() > area.bottom() + metrics.height() || box.top() < area.top() - metrics.height()) continue;
        painter.drawText(box, Qt::AlignRight | Qt::AlignVCenter, tick.label);
    }
    double taken = -1e9;
    for (const Tick& tick : plot.timeTicks.ticks) {
        const double x = plot.xOf(Micros(static_cast<std::int64_t>(tick.value)));
        const double width = metrics.horizontalAdvance(tick.label);
        // A label that would run out of the page moves in; one that would touch its neighbour is left out.
        const double left = std::min(x - width / 2, area.right() + kPadding - width);
        if (left < taken + kPadding) continue;
        painter.drawText(QRectF(left, area.bottom() + 3, width + 1, metrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
                         tick.label);
        taken = left + width;
    }
}

void paintTitle(QPainter& painter, const PlotDecoration& plot, const QPalette& palette, const QFont& font) {
    QFont bold = font;
    bold.setBold(true);
    const QFontMetricsF metrics(bold);
    painter.setFont(bold);
    painter.setPen(faded(palette));
    const QRectF area = plot.frame.plotArea;
    const double right = !plot.legend.empty()     ? plot.legend.front().area.left() - 2 * kPadding
                         : !plot.switches.empty() ? plot.switches.front().area.left() - 2 * kPadding
                                                  : area.right();
    const double width = std::max(0.0, right - area.left());
    painter.drawText(QRectF(area.left(), plot.header.titleTop, width, metrics.height()),
                     Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(plot.frame.title, Qt::ElideRight, width));
    painter.setFont(font);
}

bool isPeakInSight(const PlotDecoration& plot) {
    const QRectF area = plot.frame.plotArea;
    const QPointF at = peakDot(plot).center();
    return at.x() >= area.left() && at.x() <= area.right() && at.y() >= area.top() - 1;
}

void paintPeak(QPainter& painter, const PlotDecoration& plot, const QPalette& palette, const QFont& font) {
    if (!isPeakInSight(plot)) return;
    painter.setPen(QPen(palette.color(QPalette::Base), 1.5));
    painter.setBrush(QColor(0xD6, 0x33, 0x3F));
    painter.drawEllipse(peakDot(plot).center(), 4, 4);
    QColor ground = palette.color(QPalette::Base);
    ground.setAlphaF(0.85f);
    const QRectF label = peakLabel(plot, font);
    paintPlate(painter, label.center().x(), label.top(), plot.peak->label, ground, palette.color(QPalette::Text),
               plot.frame.plotArea, font);
}

void paintCursors(QPainter& painter, const PlotDecoration& plot, const QFont& font) {
    const QRectF top = plot.frame.plotArea;
    const QFontMetricsF metrics(font);
    const double labelTop = plot.header.cursorTop;
    if (plot.shaded) {
        const double a = std::clamp(plot.xOf(plot.shaded->first), top.left(), top.right());
        const double b = std::clamp(plot.xOf(plot.shaded->second), top.left(), top.right());
        QColor shade = plot.cursors.empty() ? QColor(Qt::gray) : plot.cursors.front().colour;
        shade.setAlphaF(0.10f);
        painter.fillRect(QRectF(std::min(a, b), top.top(), std::abs(b - a), top.height()), shade);
    }
    // Labels that would overlap share the space: the one further left goes left of its line, the other right.
    for (const PlotCursor& cursor : plot.cursors) {
        const double x = plot.xOf(cursor.time);
        const bool isOutside = x < top.left() - 0.5 || x > top.right() + 0.5;
        if (!isOutside) {
            painter.setPen(QPen(cursor.colour, 1.5, cursor.isDashed ? Qt::DashLine : Qt::SolidLine));
            painter.drawLine(QPointF(x, labelTop + metrics.height()), QPointF(x, top.bottom()));
        }
        const QString label = x < top.left() - 0.5    ? QStringLiteral("\u25C0 ") + cursor.label
                              : x > top.right() + 0.5 ? cursor.label + QStringLiteral(" \u25B6")
                                                      : cursor.label;
        double centre = std::clamp(x, top.left(), top.right());
        if (plot.cursors.size() == 2) {
            const PlotCursor& other = plot.cursors[&cursor == &plot.cursors[0] ? 1 : 0];
            const double width = metrics.horizontalAdvance(label) + 2 * kPadding;
            const double otherWidth = metrics.horizontalAdvance(other.label) + 2 * kPadding;
            const double otherX = std::clamp(plot.xOf(other.time), top.left(), top.right());
            if (std::abs(otherX - centre) < (width + otherWidth) / 2 + 4) {
                const bool isLeft = cursor.time < other.time;
                // Around the middle of both, which itself keeps clear of the edges.
                const double leftWidth = isLeft ? width : otherWidth, rightWidth = isLeft ? otherWidth : width;
                const double middle = std::clamp((centre + otherX) / 2, top.left() + leftWidth + 2,
                                                 std::max(top.left() + leftWidth + 2, top.right() - rightWidth - 2));
                centre = isLeft ? middle - 2 - width / 2 : middle + 2 + width / 2;
            }
        }
        paintPlate(painter, centre, labelTop, label, cursor.colour, inkOn(cursor.colour),
                   QRectF(top.left(), 0, top.width(), 1), font);
    }
}

void paintSwitch(QPainter& painter, const PlotSwitch& entry, const QPalette& palette, const QFont& font) {
    const double middle = entry.area.center().y();
    const bool isHidden = !entry.isOn && !entry.isOffer;
    QColor ink = entry.isOn ? palette.color(QPalette::Text) : faded(palette);
    QColor line = entry.colour;
    if (isHidden) {
        ink.setAlphaF(0.45f);
        line.setAlphaF(0.35f);
    }
    if (!entry.isOffer) {
        painter.setPen(QPen(line, entry.isOn ? 2 : 1));
        painter.drawLine(QPointF(entry.area.left() + 2, middle), QPointF(entry.area.left() + 14, middle));
    }
    QFont used = font;
    used.setStrikeOut(isHidden);
    painter.setFont(used);
    painter.setPen(ink);
    const QRectF text = entry.area.adjusted(entry.isOffer ? 0 : 19, 0, 0, 0);
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetricsF(used).elidedText(entry.text, Qt::ElideRight, text.width()));
    painter.setFont(font);
}

void paintLegend(QPainter& painter, const PlotDecoration& plot, const QPalette& palette, const QFont& font) {
    const QFontMetricsF metrics(font);
    for (const PlotLegendEntry& entry : plot.legend) {
        const double middle = entry.area.center().y();
        painter.setPen(Qt::NoPen);
        painter.setBrush(entry.colour);
        painter.drawRoundedRect(QRectF(entry.area.left(), middle - 5, 10, 10), 2, 2);
        QFont used = font;
        used.setBold(entry.isSelected);
        painter.setFont(used);
        painter.setPen(palette.color(QPalette::Text));
        const QRectF text(entry.area.left() + 15, entry.area.top(), entry.remove.left() - entry.area.left() - 17,
                          entry.area.height());
        painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetricsF(used).elidedText(entry.text, Qt::ElideLeft, text.width()));
        painter.setFont(font);
        painter.setPen(faded(palette));
        painter.drawText(entry.remove, Qt::AlignCenter, QStringLiteral("\u00D7"));
    }
}

}  // namespace

QStringList PlotDecoration::hoverTexts() const {
    QStringList lines;
    if (hover)
        for (const auto& [colour, line] : hover->texts) lines << line;
    return lines;
}

double PlotDecoration::xOf(Micros time) const {
    const QRectF& area = frame.plotArea;
    return area.left() +
           static_cast<double>((time - begin).count) / static_cast<double>((end - begin).count) * area.width();
}

double PlotDecoration::yOf(double value) const {
    return frame.plotArea.bottom() - value / frame.top * frame.plotArea.height();
}

QRectF peakDot(const PlotDecoration& plot) {
    const QPointF at(plot.xOf(plot.peak->time), plot.yOf(plot.peak->value));
    return QRectF(at - QPointF(kPadding, kPadding), at + QPointF(kPadding, kPadding));
}

QRectF peakLabel(const PlotDecoration& plot, const QFont& font) {
    if (!isPeakInSight(plot)) return {};
    const QRectF area = plot.frame.plotArea, dot = peakDot(plot);
    const QFontMetricsF metrics(font);
    const double width = metrics.horizontalAdvance(plot.peak->label) + 2 * kPadding;
    // Above the curve, on the side of the dot that has room.
    const double left = dot.right() + width <= area.right() ? dot.right() : dot.left() - width;
    return {left, std::max(area.top() + 1, dot.center().y() - metrics.height() - 5), width, metrics.height() + 2};
}

void paintDecoration(QPainter& painter, const PlotDecoration& plot, const QPalette& palette, const QFont& font) {
    const QFont small = plotFont(font);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(small);
    if (!plot.message.isEmpty()) {
        painter.setPen(faded(palette));
        painter.drawText(plot.frame.plotArea, Qt::AlignCenter | Qt::TextWordWrap, plot.message);
    } else {
        paintLabels(painter, plot, palette, small);
        paintTitle(painter, plot, palette, small);
        paintLegend(painter, plot, palette, small);
        if (plot.marks) paintMarks(painter, plot, palette, small);
        for (const PlotSwitch& entry : plot.switches) paintSwitch(painter, entry, palette, small);
        paintCursors(painter, plot, small);
        if (plot.peak) paintPeak(painter, plot, palette, small);
    }
    painter.restore();
}

void paintHover(QPainter& painter, const PlotDecoration& plot, const QPalette& palette, const QFont& font) {
    if (!plot.hover || plot.hover->texts.empty()) return;
    const QFont small = plotFont(font);
    const QFontMetricsF metrics(small);
    const QRectF area = plot.frame.plotArea;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(small);
    QColor hair = palette.color(QPalette::Text);
    hair.setAlphaF(0.35f);
    painter.setPen(QPen(hair, 1));
    painter.drawLine(QPointF(plot.hover->position.x(), area.top()), QPointF(plot.hover->position.x(), area.bottom()));

    double width = 0;
    for (const auto& [colour, text] : plot.hover->texts) width = std::max(width, metrics.horizontalAdvance(text));
    width = std::min(width + 2 * kPadding + 14, area.width());
    const double height = metrics.height() * static_cast<double>(plot.hover->texts.size()) + kPadding;
    const double right = area.right();
    const double x = plot.hover->position.x() + 14 + width <= right
                         ? plot.hover->position.x() + 14
                         : std::max(area.left(), plot.hover->position.x() - 14 - width);
    const double y = std::clamp(plot.hover->position.y() - height / 2, 2.0, std::max(2.0, area.bottom() - height));
    const QRectF bubble(x, y, width, height);
    painter.setPen(QPen(hair, 1));
    painter.setBrush(palette.color(QPalette::ToolTipBase));
    painter.drawRoundedRect(bubble, 4, 4);
    double line = bubble.top() + kPadding / 2;
    for (const auto& [colour, text] : plot.hover->texts) {
        if (colour.isValid()) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(colour);
            painter.drawEllipse(QPointF(bubble.left() + kPadding + 4, line + metrics.height() / 2), 4, 4);
        }
        painter.setPen(palette.color(QPalette::ToolTipText));
        const double indent = kPadding + 14;
        painter.drawText(QRectF(bubble.left() + indent, line, width - indent - kPadding, metrics.height()),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(text, Qt::ElideLeft, width - indent - kPadding + 1));
        line += metrics.height();
    }
    painter.restore();
}

}  // namespace heapprof::gui
