// From a result to the curves, axes and legends of the time plot.
#include <QFontMetricsF>
#include <algorithm>

#include "core/state/estimate.h"
#include "core/text/text.h"
#include "gui/common/colours.h"
#include "gui/common/domain_titles.h"
#include "gui/common/time_of_day.h"
#include "gui/timeplot/resident_kinds.h"
#include "gui/timeplot/time_plot.h"

namespace heapprof::gui {
namespace {

constexpr double kHeadroom = 1.06;
constexpr double kCalloutRoom = 1.8;  // lines of text above the peak

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

}  // namespace

QColor TimePlot::residentColour() const {
    QColor colour = palette().color(QPalette::Text);
    colour.setAlphaF(0.6f);
    return colour;
}

bool TimePlot::hasSwitch(PlotSwitch::Of of) const {
    return std::ranges::find(m_plot.switches, of, &PlotSwitch::of) != m_plot.switches.end();
}

bool TimePlot::showsKinds() const { return m_store.state().showsResident && m_store.state().showsResidentKinds; }

QString TimePlot::totalTitle() const {
    const bool isInBytes = measure() == Measure::ByteCount;
    const QString what = m_result && !m_result->counted.domains.includes(m_result->info->metadata.domains)
                             ? (isInBytes ? tr("Memory: %1") : tr("Blocks: %1"))
                                   .arg(titleOf(m_result->counted.domains & m_result->info->metadata.domains))
                         : m_result && !m_result->counted.filters.empty()
                             ? (isInBytes ? tr("Memory that passes the filters") : tr("Blocks that pass the filters"))
                             : (isInBytes ? tr("Total memory") : tr("All blocks"));
    return m_result && m_result->isSampled ? tr("%1 (estimated; band: 95 % interval)").arg(what) : what;
}

/// There may be a greater one in what has not been read, or not been written yet.
QString TimePlot::peakTitle() const {
    if (m_result->isComplete) return tr("Peak %1 at %2");
    return m_result->read < m_result->last ? tr("Peak of the part read: %1 at %2") : tr("Peak so far: %1 at %2");
}

bool TimePlot::showsShares() const { return m_result && !m_result->lines.empty() && m_store.state().plotsShares; }

bool TimePlot::isInSight(const TotalStep& step) const { return step.begin <= m_end && step.end >= m_begin; }

/// Without clipping what lies beyond the axes would be drawn beside them.
double TimePlot::xValue(Micros time) const { return static_cast<double>(std::clamp(time, m_begin, m_end).count); }

double TimePlot::addTotal(std::vector<CurveChart::Curve>& curves) const {
    double top = 0;
    CurveChart::Curve provisional{palette().color(QPalette::Highlight), {}, {}, {}, true, true, false};
    for (const TotalStep& step : m_result->provisional) {
        if (!isInSight(step)) continue;
        const auto max = static_cast<double>(step.max);
        provisional.points << QPointF(xValue(step.begin), max) << QPointF(xValue(step.end), max);
        top = std::max(top, max);
    }
    CurveChart::Curve curve{palette().color(QPalette::Highlight), {}, {}, {}, true, false, false};
    for (const TotalStep& step : m_result->total) {
        if (!isInSight(step)) continue;
        const auto max = static_cast<double>(step.max);
        const Interval interval = interval95(max, step.error * step.error);
        curve.points << QPointF(xValue(step.begin), max);
        if (&step == &m_result->total.back()) curve.points << QPointF(xValue(step.end), static_cast<double>(step.last));
        if (m_result->isSampled) {
            curve.band << QPointF(xValue(step.begin), interval.max);
            curve.bandLower << QPointF(xValue(step.begin), std::max(0.0, interval.min));
        }
        top = std::max(top, m_result->isSampled ? interval.max : max);
    }
    if (!provisional.points.isEmpty()) curves.push_back(std::move(provisional));
    if (!curve.points.isEmpty()) curves.push_back(std::move(curve));
    return top;
}

/// Steps; one curve for each interval in which something is known.
template <typename BytesOf>
double TimePlot::addReadings(std::vector<CurveChart::Curve>& curves, const QColor& colour, bool isThin,
                             BytesOf bytesOf) const {
    double top = 0;
    bool isKnownBefore = false;
    std::vector<CurveChart::Curve> pieces;
    const auto& readings = m_result->marks.resident;
    for (std::size_t i = 0; i < readings.size(); ++i) {
        const PlotMarks::Resident& reading = readings[i];
        const std::optional<std::int64_t> bytes = bytesOf(reading);
        if (bytes && !isKnownBefore) pieces.push_back({colour, {}, {}, {}, false, false, isThin});
        isKnownBefore = bytes && reading.isKnownAfter;
        if (!bytes) continue;
        const Micros until = !reading.isKnownAfter                                        ? reading.from
                             : i + 1 < readings.size()                                    ? readings[i + 1].from
                             : m_result->last - reading.read <= PlotMarks::kResidentHolds ? m_result->last
                                                                                          : reading.from;
        if (until < m_begin || reading.from > m_end) continue;
        const auto value = static_cast<double>(*bytes);
        pieces.back().points << QPointF(xValue(reading.from), value) << QPointF(xValue(until), value);
        top = std::max(top, value);
    }
    for (CurveChart::Curve& piece : pieces)
        if (!piece.points.isEmpty()) curves.push_back(std::move(piece));
    return top;
}

double TimePlot::addResident(std::vector<CurveChart::Curve>& curves) const {
    if (!m_store.state().showsResident) return 0;
    double top = addReadings(curves, residentColour(), true,
                             [](const PlotMarks::Resident& reading) { return std::optional(reading.bytes); });
    if (!showsKinds()) return top;
    for (const ResidentKind& kind : residentKinds())
        top = std::max(top, addReadings(curves, kind.colour, false, [&](const PlotMarks::Resident& reading) {
                           return reading.account ? std::optional(kind.of(*reading.account)) : std::nullopt;
                       }));
    return top;
}

double TimePlot::addLines(std::vector<CurveChart::Curve>& curves) const {
    double top = 0;
    for (std::size_t i = 0; i < m_result->lines.size(); ++i) {
        const PlotResult::Line& line = m_result->lines[i];
        CurveChart::Curve curve{seriesColour(i), {}, {}, {}, false, false, false};
        for (std::size_t step = 0; step < m_result->total.size() && step < line.amounts.size(); ++step) {
            if (!isInSight(m_result->total[step])) continue;
            const double value =
                showsShares() ? line.share[step] : std::max(0.0, static_cast<double>(line.amounts[step]));
            curve.points << QPointF(xValue(m_result->total[step].begin), value);
            top = std::max(top, value);
        }
        curves.push_back(std::move(curve));
    }
    return top;
}

void TimePlot::describe() {
    m_plot.begin = m_begin;
    m_plot.end = m_end;
    m_plot.marks = m_result ? &m_result->marks : nullptr;
    m_plot.beginning = m_result ? beginningOf(*m_result->info) : QString();
    m_plot.message = !m_result ? tr("Nothing recorded yet")
                     : m_result->total.empty() && m_result->provisional.empty()
                         ? tr("No memory was recorded in this interval")
                         : QString();
}

std::vector<CurveChart::Curve> TimePlot::makeCurves() {
    std::vector<CurveChart::Curve> curves;
    double top = 0;
    if (m_result && !showsShares()) top = std::max(addTotal(curves), addResident(curves));
    if (m_result) top = std::max(top, addLines(curves));

    PlotFrame& frame = m_plot.frame;
    const double line = QFontMetricsF(font()).height();
    const double callout = line * kCalloutRoom / std::max(line * 4, frame.plotArea.height());
    frame.title = showsShares() ? tr("Share of the total") : totalTitle();
    if (showsShares()) {
        frame.top = std::max(0.01, top) * kHeadroom;
        frame.ticks = shareTicks(frame.top, mostTicks());
    } else {
        frame.top = std::max(1.0, top) * std::max(kHeadroom, 1 / (1 - callout));
        frame.ticks = amountTicks(frame.top, mostTicks(), measure());
    }
    return curves;
}

void TimePlot::decorate() {
    m_plot.peak.reset();
    m_plot.legend.clear();
    m_plot.switches.clear();
    if (m_result && m_result->marks.hasResident && !showsShares())
        m_plot.switches.push_back(
            {PlotSwitch::Of::Resident, tr("Resident memory"), residentColour(), {}, m_store.state().showsResident});
    if (m_result && m_result->marks.hasAccounts && !showsShares()) {
        if (!showsKinds())
            m_plot.switches.push_back({PlotSwitch::Of::Kinds, tr("+ Kinds"), residentColour(), {}, false, true});
        else
            for (const ResidentKind& kind : residentKinds())
                m_plot.switches.push_back({PlotSwitch::Of::Kinds, kind.title, kind.colour, {}, true});
    }
    if (m_result && m_result->peak && m_result->peak->amount > 0 && !showsShares()) {
        const Peak& peak = *m_result->peak;
        m_plot.peak = {peak.instant.time, static_cast<double>(peak.amount),
                       peakTitle().arg(text(formatWithUnit(peak.amount, measure())), text(formatTime(peak.instant)))};
    }
    if (m_result) {
        for (const PlotResult::Line& line : m_result->lines)
            m_plot.legend.push_back({text(lineText(*m_result->info->traces, line.line)),
                                     seriesColour(m_plot.legend.size()),
                                     {},
                                     {},
                                     m_store.state().selectedLine == line.line});
    }
    placeLegend(m_plot.legend, m_plot.switches, m_plot.header, m_plot.frame.plotArea, font());
    updateCursors();
}

}  // namespace heapprof::gui
