// What the bubble under the mouse says.
#include <algorithm>
#include <cmath>

#include "core/text/text.h"
#include "gui/common/colours.h"
#include "gui/common/time_of_day.h"
#include "gui/timeplot/mark_painter.h"
#include "gui/timeplot/resident_kinds.h"
#include "gui/timeplot/time_plot.h"
#include "gui/translations/translations.h"

namespace heapprof::gui {
namespace {

constexpr double kHoverReach = 3;  // pixels

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

/// The step that holds `time`.
const TotalStep* stepIn(const std::vector<TotalStep>& steps, Micros time) {
    const auto after = std::upper_bound(steps.begin(), steps.end(), time,
                                        [](Micros t, const TotalStep& step) { return t < step.begin; });
    return after == steps.begin() ? nullptr : &*(after - 1);
}

}  // namespace

bool TimePlot::isDigested(Micros time) const { return !m_result->total.empty() && time <= m_result->total.back().end; }

const TotalStep* TimePlot::stepAt(Micros time) const {
    return stepIn(isDigested(time) ? m_result->total : m_result->provisional, time);
}

/// Of everything and of the pinned lines: exactly where the log has been digested, else at most so much.
void TimePlot::addTotals(std::vector<std::pair<QColor, QString>>& texts, Micros time) const {
    const QColor colour = palette().color(QPalette::Highlight);
    const TotalStep* step = stepAt(time);
    if (!isDigested(time)) {
        if (step)
            texts.emplace_back(colour, tr("up to %1, not read yet").arg(text(formatWithUnit(step->max, measure()))));
        return;
    }
    const Counted counted = Counted::of(m_store.state());
    const bool isCurrent = m_points && m_points->counted == counted, isCurve = m_result->counted == counted;
    const PointResult::Point* point = isCurrent ? m_points->at(time) : nullptr;
    if (!point) return texts.emplace_back(colour, QStringLiteral("\u2026")), void();
    texts.emplace_back(colour, tr("%1 in total").arg(text(formatEstimate(point->total, counted.measure))));
    if (step && isCurve && formatAmount(step->max, measure()) != formatAmount(point->total.of(measure()), measure()))
        texts.emplace_back(QColor(), tr("up to %1 within this pixel").arg(text(formatWithUnit(step->max, measure()))));
    for (std::size_t i = 0; i < m_plot.legend.size() && i < point->lines.size(); ++i)
        if (m_points->lines[i] == m_result->lines[i].line)
            texts.emplace_back(
                seriesColour(i),
                tr("%1, %2 %3")
                    .arg(text(formatEstimate(point->lines[i], counted.measure)),
                         text(formatShare(point->lines[i], point->total, counted.measure)), m_plot.legend[i].text));
}

QString TimePlot::residentText(const PlotMarks::Resident& reading, Micros time) const {
    constexpr Micros kNow(100'000);
    constexpr std::int64_t kWorthSaying = 100;  // a hundredth
    const Micros distance = time - reading.read;
    QString line = tr("%1 resident").arg(text(formatBytes(reading.bytes)));
    if (distance >= kNow) line += tr(", read %1 s ago").arg(plainNumber(static_cast<double>(distance.count) * 1e-6, 1));
    if (!reading.isKnownAfter && distance > PlotMarks::kResidentHolds) line += tr(" and not since");
    if (reading.ofProfiler > reading.bytes / kWorthSaying)
        line += tr("; %1 more are the profiler's").arg(text(formatBytes(reading.ofProfiler)));
    return line;
}

void TimePlot::addResidentTexts(std::vector<std::pair<QColor, QString>>& texts, Micros time) const {
    const auto& readings = m_result->marks.resident;
    const auto after = std::ranges::upper_bound(readings, time, {}, &PlotMarks::Resident::from);
    if (after == readings.begin()) return;
    const PlotMarks::Resident& reading = after[-1];
    texts.emplace_back(residentColour(), residentText(reading, time));
    if (showsKinds() && reading.account)
        for (const ResidentKind& kind : residentKinds())
            texts.emplace_back(kind.colour, kind.amountText.arg(text(formatBytes(kind.of(*reading.account)))));
    // Beyond what sampling makes uncertain, and a twentieth for the time between the two.
    const TotalStep* step = stepAt(time);
    if (step && static_cast<double>(step->min) - 2 * step->error > 1.05 * static_cast<double>(reading.bytes))
        texts.emplace_back(QColor(),
                           tr("more is counted than is resident: some was not touched yet, or is swapped out"));
}

void TimePlot::updateHover(const QPointF& position) {
    const QRectF area = m_plot.frame.plotArea;
    if (!m_result || !area.contains(position)) return hideHover();
    const Micros time = timeAt(position.x());
    PlotDecoration::Hover hover{position, {}};
    const QString clock = timeOfDay(*m_result->info, time);
    hover.texts.emplace_back(
        QColor(), clock.isEmpty() ? text(formatTime(time)) : tr("%1, at %2").arg(text(formatTime(time)), clock));
    addTotals(hover.texts, time);
    const double perPixel = static_cast<double>((m_end - m_begin).count) / area.width();
    if (m_store.state().showsResident) addResidentTexts(hover.texts, time);
    const auto& reserved = m_result->marks.reserved;
    if (const auto after = std::ranges::upper_bound(reserved, time, {}, &Timeline::Reserved::time);
        after != reserved.begin())
        hover.texts.emplace_back(
            QColor(), tr("%1 reserved by mappings, counted is what is in RAM").arg(text(formatBytes(after[-1].bytes))));
    for (auto& line : markTexts(m_result->marks, time, Micros(std::llround(perPixel * kHoverReach))))
        hover.texts.push_back(std::move(line));
    m_plot.hover = std::move(hover);
    askForPoints();
    updateOverlay();
}

void TimePlot::hideHover() {
    if (!m_plot.hover) return;
    m_plot.hover.reset();
    askForPoints();
    updateOverlay();
}

}  // namespace heapprof::gui
