#include "gui/timeplot/mark_painter.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <algorithm>
#include <array>
#include <cmath>

#include "core/text/text.h"
#include "gui/translations/core_texts.h"
#include "gui/translations/translations.h"

namespace heapprof::gui {
namespace {

constexpr double kPadding = 4;
constexpr double kMinLabel = 18;  // pixels; less says nothing
constexpr double kHatchGap = 7;
constexpr double kMarkRoom = 12;  // pixels; where marks have less, their lines would hide the curve
constexpr double kTick = 6;       // their height then
constexpr QRgb kCollectionColour = 0xFF2A9D8F, kLossColour = 0xFFD6333F;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(PlotMarks)
};
QString lostText(std::uint64_t events) {
    return Words::tr("%1 events were lost from here on", nullptr, pluralOf(static_cast<std::int64_t>(events)))
        .arg(events);
}
QString ruleText(const Timeline::Switch& next) { return Words::tr("from here on: %1").arg(fromCore(next.rule)); }
QString readable(const std::string& untrusted) { return QString::fromStdString(printable(untrusted)); }

/// The part of an interval in sight, in pixels; nothing when it is elsewhere.
std::optional<std::pair<double, double>> sightOf(const PlotDecoration& plot, Micros begin, std::optional<Micros> end) {
    const QRectF& area = plot.frame.plotArea;
    const double from = plot.xOf(begin), to = end ? plot.xOf(*end) : area.right();
    if (to < area.left() || from > area.right()) return std::nullopt;
    return std::pair(std::max(from, area.left()), std::min(to, area.right()));
}

/// Slanted lines, by hand: not every kind of picture knows patterns or clips.
void hatch(QPainter& painter, const QRectF& area) {
    const double height = area.height();
    for (double x = area.left() - height + kHatchGap; x < area.right(); x += kHatchGap) {
        const double from = std::max(x, area.left()), to = std::min(x + height, area.right());
        if (to > from)
            painter.drawLine(QPointF(from, area.bottom() - (from - x)), QPointF(to, area.bottom() - (to - x)));
    }
}

void paintPauses(QPainter& painter, const PlotDecoration& plot, const QPalette& palette) {
    QColor ink = palette.color(QPalette::Text), ground = ink;
    ground.setAlphaF(0.06f);
    ink.setAlphaF(0.16f);
    for (const Timeline::Pause& pause : plot.marks->pauses) {
        const auto sight = sightOf(plot, pause.begin, pause.end);
        if (!sight) continue;
        const QRectF area(sight->first, plot.frame.plotArea.top(), std::max(1.0, sight->second - sight->first),
                          plot.frame.plotArea.height());
        painter.fillRect(area, ground);
        painter.setPen(QPen(ink, 1));
        hatch(painter, area);
    }
}

void paintPhases(QPainter& painter, const PlotDecoration& plot, const QPalette& palette, const QFont& font) {
    const QFontMetricsF metrics(font);
    std::vector<double> drawnTo(plot.header.lanes, -1e9);
    for (const Timeline::Phase& phase : plot.marks->phases) {
        const auto sight = sightOf(plot, phase.begin, phase.end);
        if (!sight || phase.lane >= plot.header.lanes) continue;
        const double left = sight->first, right = std::max(sight->second, left + 1.5);
        if (right < drawnTo[phase.lane] + 0.5) continue;  // many within a pixel
        drawnTo[phase.lane] = right;
        const QString name = readable(phase.name);
        const QRectF band(left, plot.header.phaseTop + phase.lane * plot.header.lineHeight, right - left,
                          plot.header.lineHeight - 2);
        const QColor colour = phaseColour(name);
        QColor ground = colour;
        ground.setAlphaF(0.30f);
        painter.setPen(Qt::NoPen);
        painter.setBrush(ground);
        painter.drawRect(band);
        painter.setBrush(colour);
        // Where it begins and ends; a phase that reaches out of sight, or has not ended, is open on that side.
        if (phase.begin >= plot.begin) painter.drawRect(QRectF(band.left(), band.top(), 2, band.height()));
        if (phase.end && *phase.end <= plot.end && band.width() > 4)
            painter.drawRect(QRectF(band.right() - 2, band.top(), 2, band.height()));
        const double room = band.width() - 2 * kPadding;
        if (room < kMinLabel) continue;
        painter.setPen(palette.color(QPalette::Text));
        painter.drawText(band.adjusted(kPadding, 0, -kPadding, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(name, Qt::ElideRight, room));
    }
}

/// Vertical lines, and as many labels as there is room for; ticks where there are many.
void paintInstants(QPainter& painter, const PlotDecoration& plot, const QPalette& palette, const QFont& font) {
    const QFontMetricsF metrics(font);
    const QRectF& area = plot.frame.plotArea;
    const std::vector<MarkLabel> labels = markLabels(plot, font);
    const bool areMany = static_cast<double>(labels.size()) * kMarkRoom > area.width();
    const double top = plot.header.hasMarks ? plot.header.markTop + 2 : area.top();
    double lineAt = -1e9;
    for (const MarkLabel& label : labels) {
        const QColor colour = label.isLoss ? QColor::fromRgb(kLossColour) : palette.color(QPalette::Text);
        if (label.x - lineAt >= 1) {
            QColor line = colour;
            line.setAlphaF(0.55f);
            painter.setPen(QPen(line, 1, Qt::DotLine));
            const double bottom = areMany && !label.isLoss ? area.top() + kTick : area.bottom();
            painter.drawLine(QPointF(label.x, top), QPointF(label.x, bottom));
            lineAt = label.x;
        }
        if (label.area.isEmpty()) continue;
        painter.setPen(colour);
        painter.drawText(label.area, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(label.text, Qt::ElideRight, label.area.width() - 0.5));
    }
}

void paintCollections(QPainter& painter, const PlotDecoration& plot) {
    const QRectF area = plot.frame.plotArea;
    painter.setPen(QPen(QColor::fromRgb(kCollectionColour), 1));
    for (const PlotMarks::Collections& group : plot.marks->collections) {
        const double x = plot.xOf(group.time);
        if (x < area.left() || x > area.right()) continue;
        const double height = std::min(4.0 + 3.0 * group.generation, area.height() / 4);
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() - height));
    }
}

}  // namespace

std::vector<MarkLabel> markLabels(const PlotDecoration& plot, const QFont& font) {
    const QRectF& top = plot.frame.plotArea;
    std::vector<MarkLabel> labels;
    const auto add = [&](Micros time, const QString& text, bool isLoss) {
        const double x = plot.xOf(time);
        if (x >= top.left() - 0.5 && x <= top.right() + 0.5) labels.push_back({time, isLoss, text, x, {}});
    };
    for (const Timeline::Instant& instant : plot.marks->instants) add(instant.time, readable(instant.text), false);
    for (const Timeline::Switch& each : plot.marks->switches) add(each.time, ruleText(each), false);
    for (const Timeline::Loss& loss : plot.marks->losses) add(loss.time, Words::tr("events lost from here"), true);
    std::ranges::sort(labels, {}, &MarkLabel::x);
    if (!plot.header.hasMarks) return labels;
    const QFontMetricsF metrics(font);
    double textEnd = -1e9;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        // To the right of its line, up to the next one; at the right edge to its left.
        const double x = labels[i].x, wanted = metrics.horizontalAdvance(labels[i].text);
        double left = x + 3, room = (i + 1 < labels.size() ? labels[i + 1].x : top.right()) - left - 2;
        if (i + 1 == labels.size() && room < wanted &&
            x - 3 - wanted > std::max(textEnd, i > 0 ? labels[i - 1].x : top.left())) {
            left = x - 3 - wanted;
            room = wanted;
        }
        if (room < std::min(wanted, kMinLabel) || left < textEnd) continue;
        textEnd = left + std::min(room, wanted);
        labels[i].area = {left, plot.header.markTop, textEnd - left + 1, plot.header.lineHeight};
    }
    return labels;
}

QColor phaseColour(const QString& name) {
    static constexpr std::array kHues{32, 145, 280, 200, 345, 95, 245, 175};
    std::uint32_t hash = 2166136261u;
    for (const QChar c : name) hash = (hash ^ c.unicode()) * 16777619u;
    hash = (hash ^ hash >> 16) * 0x85EBCA6Bu;  // so that short names, too, differ in the last bits
    return QColor::fromHsl(kHues[(hash ^ hash >> 13) % kHues.size()], 130, 130);
}

std::vector<std::pair<QColor, QString>> markTexts(const PlotMarks& marks, Micros time, Micros reach) {
    std::vector<std::pair<QColor, QString>> texts;
    const auto isNear = [&](Micros at) { return at >= time - reach && at <= time + reach; };
    const auto isIn = [&](const auto& interval) {
        return interval.begin <= time + reach && (!interval.end || *interval.end >= time - reach);
    };
    constexpr std::size_t kMax = 4;  // of a kind; a bubble is no list
    const auto addUpTo = [&](const auto& all, auto&& isHere, auto&& text) {
        std::size_t count = 0;
        for (const auto& each : all)
            if (isHere(each) && ++count <= kMax) texts.push_back(text(each));
        if (count > kMax)
            texts.emplace_back(QColor(),
                               Words::tr("and %1 more", nullptr, static_cast<int>(count - kMax)).arg(count - kMax));
    };
    addUpTo(
        marks.instants, [&](const auto& instant) { return isNear(instant.time); },
        [](const auto& instant) { return std::pair(QColor(), Words::tr("Mark: %1").arg(readable(instant.text))); });
    addUpTo(
        marks.switches, [&](const auto& each) { return isNear(each.time); },
        [](const auto& each) { return std::pair(QColor(), ruleText(each)); });
    addUpTo(
        marks.losses, [&](const auto& loss) { return isNear(loss.time); },
        [](const auto& loss) { return std::pair(QColor::fromRgb(kLossColour), lostText(loss.events)); });
    addUpTo(marks.phases, isIn, [](const auto& phase) {
        const QString name = readable(phase.name);
        return std::pair(phaseColour(name), Words::tr("Phase: %1").arg(name));
    });
    if (std::ranges::any_of(marks.pauses, isIn))
        texts.emplace_back(QColor(), Words::tr("Allocations were not recorded"));
    PlotMarks::Collections near{};
    for (const PlotMarks::Collections& group : marks.collections) {
        if (!isNear(group.time)) continue;
        near.count += group.count;
        near.generation = std::max(near.generation, group.generation);
        near.duration = near.duration + group.duration;
    }
    if (near.count > 0) {
        const QString duration =
            Words::tr("%1 ms").arg(plainNumber(static_cast<double>(near.duration.count) / 1000, 1));
        texts.emplace_back(QColor::fromRgb(kCollectionColour),
                           near.count == 1
                               ? Words::tr("Garbage collection, generation %1: %2").arg(near.generation).arg(duration)
                               : Words::tr("%1 garbage collections up to generation %2: %3 together", nullptr,
                                           static_cast<int>(near.count))
                                     .arg(near.count)
                                     .arg(near.generation)
                                     .arg(duration));
    }
    return texts;
}

void paintMarks(QPainter& painter, const PlotDecoration& plot, const QPalette& palette, const QFont& font) {
    painter.save();
    painter.setFont(font);
    paintPauses(painter, plot, palette);
    paintCollections(painter, plot);
    paintPhases(painter, plot, palette, font);
    paintInstants(painter, plot, palette, font);
    painter.restore();
}

}  // namespace heapprof::gui
