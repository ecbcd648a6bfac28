#include "gui/timeplot/mark_hits.h"

#include <cmath>

#include "gui/timeplot/mark_painter.h"

namespace heapprof::gui {
namespace {

constexpr double kReach = 3;  // pixels
constexpr double kTickHeight = 14;

std::optional<Micros> collectionAt(const PlotDecoration& plot, double x) {
    std::optional<Micros> found;
    double distance = kReach;
    for (const PlotMarks::Collections& group : plot.marks->collections) {
        const double away = std::abs(plot.xOf(group.time) - x);
        if (away > distance) continue;
        distance = away;
        found = group.time;
    }
    return found;
}

std::optional<MarkHit> momentAt(std::optional<Micros> time) {
    if (!time) return std::nullopt;
    return MarkHit{*time, std::nullopt};
}

std::optional<Micros> labelAt(const PlotDecoration& plot, const QPointF& position, const QFont& font) {
    std::optional<Micros> found;
    for (const MarkLabel& label : markLabels(plot, font)) {
        if (label.isLoss) continue;
        if (label.area.contains(position)) return label.time;
        if (std::abs(label.x - position.x()) <= kReach) found = label.time;
    }
    return found;
}

}  // namespace

std::optional<MarkHit> markAt(const PlotDecoration& plot, const QPointF& position, const QFont& font) {
    if (!plot.marks) return std::nullopt;
    const PlotHeader& header = plot.header;
    const QRectF& area = plot.frame.plotArea;
    const double x = position.x(), y = position.y();
    if (x < area.left() - kReach || x > area.right() + kReach) return std::nullopt;
    if (const double lane = (y - header.phaseTop) / std::max(1.0, header.lineHeight);
        lane >= 0 && lane < header.lanes) {
        for (const Timeline::Phase& phase : plot.marks->phases) {
            const double from = plot.xOf(phase.begin), to = phase.end ? plot.xOf(*phase.end) : area.right();
            if (phase.lane == static_cast<std::uint32_t>(lane) && x >= from - 1 && x <= to + 1)
                return MarkHit{phase.begin, phase.end.value_or(plot.end)};
        }
        return std::nullopt;
    }
    if (header.hasMarks && y >= header.markTop && y < header.markTop + header.lineHeight)
        return momentAt(labelAt(plot, position, font));
    if (y >= area.bottom() - kTickHeight && y <= area.bottom()) return momentAt(collectionAt(plot, x));
    return std::nullopt;
}

std::optional<Micros> nextMark(const PlotDecoration& plot, Micros time, bool isForward) {
    if (!plot.marks) return std::nullopt;
    std::optional<Micros> found;
    const auto consider = [&](Micros mark) {
        const bool isFurther = isForward ? mark > time : mark < time;
        if (isFurther && (!found || (isForward ? mark < *found : mark > *found))) found = mark;
    };
    for (const Timeline::Instant& instant : plot.marks->instants) consider(instant.time);
    for (const Timeline::Switch& each : plot.marks->switches) consider(each.time);
    for (const Timeline::Phase& phase : plot.marks->phases) {
        consider(phase.begin);
        if (phase.end) consider(*phase.end);
    }
    return found;
}

}  // namespace heapprof::gui
