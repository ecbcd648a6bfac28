// From a result to the curves, axes and legends of the time plot.
#include <algorithm>

#include "core/state/estimate.h"
#include "core/text/text.h"
#include "gui/common/colours.h"
#include "gui/common/domain_titles.h"
#include "gui/timeplot/plot_row.h"
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

QString TimePlot::totalTitle() const {
    const QString what =
        m_result && !m_result->counted.domains.includes(m_result->info->metadata.domains)
            ? tr("Memory: %1").arg(titleOf(m_result->counted.domains & m_result->info->metadata.domains))
        : m_result && !m_result->counted.filters.empty() ? tr("Memory that passes the filters")
                                                         : tr("Total memory");
    return m_result && m_result->isSampled ? tr("%1 (estimated; band: 95 % interval)").arg(what) : what;
}

void TimePlot::feedRows() {
    double top = 0;
    std::vector<PlotRow::Curve> total;
    // Without clipping what lies beyond the axes would be drawn beside them.
    const auto inside = [this](const TotalStep& step) { return step.begin <= m_end && step.end >= m_begin; };
    const auto x = [this](Micros time) { return static_cast<double>(std::clamp(time, m_begin, m_end).count); };
    if (m_result) {
        PlotRow::Curve provisional{palette().color(QPalette::Highlight), {}, {}, {}, true, true, false};
        for (const TotalStep& step : m_result->provisional) {
            if (!inside(step)) continue;
            provisional.points << QPointF(x(step.begin), static_cast<double>(step.max))
                               << QPointF(x(step.end), static_cast<double>(step.max));
            top = std::max(top, static_cast<double>(step.max));
        }
        PlotRow::Curve curve{palette().color(QPalette::Highlight), {}, {}, {}, true, false, false};
        for (const TotalStep& step : m_result->total) {
            if (!inside(step)) continue;
            const auto max = static_cast<double>(step.max);
            const Interval interval = interval95(max, step.error * step.error);
            curve.points << QPointF(x(step.begin), max);
            if (&step == &m_result->total.back()) curve.points << QPointF(x(step.end), static_cast<double>(step.last));
            if (m_result->isSampled) {
                curve.band << QPointF(x(step.begin), interval.max);
                curve.bandLower << QPointF(x(step.begin), std::max(0.0, interval.min));
            }
            top = std::max(top, m_result->isSampled ? interval.max : max);
        }
        // Steps; one curve for each interval in which something is known.
        std::vector<PlotRow::Curve> resident;
        const auto& readings = m_result->marks.resident;
        for (std::size_t i = 0; i < readings.size() && m_store.state().showsResident; ++i) {
            const PlotMarks::Resident& reading = readings[i];
            const Micros until = !reading.isKnownAfter                                        ? reading.from
                                 : i + 1 < readings.size()                                    ? readings[i + 1].from
                                 : m_result->last - reading.read <= PlotMarks::kResidentHolds ? m_result->last
                                                                                              : reading.from;
            if (i == 0 || !readings[i - 1].isKnownAfter)
                resident.push_back({residentColour(), {}, {}, {}, false, false, true});
            if (until < m_begin || reading.from > m_end) continue;
            const auto bytes = static_cast<double>(reading.bytes);
            resident.back().points << QPointF(x(reading.from), bytes) << QPointF(x(until), bytes);
            top = std::max(top, bytes);
        }
        if (!provisional.points.isEmpty()) total.push_back(std::move(provisional));
        if (!curve.points.isEmpty()) total.push_back(std::move(curve));
        for (PlotRow::Curve& piece : resident)
            if (!piece.points.isEmpty()) total.push_back(std::move(piece));
    }
    const auto finish = [this](std::size_t row, const QString& title, double max, AxisTicks (*ticks)(double, int),
                               const std::vector<PlotRow::Curve>& curves) {
        PlotRowFrame& frame = m_plot.rows[row];
        frame.title = title;
        const QFontMetricsF metrics(font());
        const double callout =
            row == 0 ? metrics.height() * kCalloutRoom / std::max(metrics.height() * 4, frame.plotArea.height()) : 0;
        frame.top = max * std::max(kHeadroom, 1 / (1 - callout));
        frame.ticks =
            ticks(frame.top, std::max(3, static_cast<int>(frame.plotArea.height() / (metrics.height() * 2.8))));
        m_rows[row]->setAxes(m_begin, m_end, m_plot.timeTicks, frame.top, frame.ticks);
        m_rows[row]->setCurves(curves);
    };
    finish(0, totalTitle(), std::max(1.0, top), byteTicks, total);
    if (m_rows.size() < 3) return;

    double maxBytes = 1, maxShare = 0.01;
    std::vector<PlotRow::Curve> bytes, shares;
    for (std::size_t i = 0; i < m_result->lines.size(); ++i) {
        const PlotResult::Line& line = m_result->lines[i];
        PlotRow::Curve byteCurve{seriesColour(i), {}, {}, {}, false, false, false};
        PlotRow::Curve shareCurve = byteCurve;
        for (std::size_t step = 0; step < m_result->total.size() && step < line.bytes.size(); ++step) {
            if (!inside(m_result->total[step])) continue;
            const double at = x(m_result->total[step].begin);
            byteCurve.points << QPointF(at, std::max(0.0, static_cast<double>(line.bytes[step])));
            shareCurve.points << QPointF(at, line.share[step]);
            maxBytes = std::max(maxBytes, static_cast<double>(line.bytes[step]));
            maxShare = std::max(maxShare, line.share[step]);
        }
        bytes.push_back(std::move(byteCurve));
        shares.push_back(std::move(shareCurve));
    }
    finish(1, tr("Memory per line"), maxBytes, byteTicks, bytes);
    finish(2, tr("Share of the total"), maxShare, shareTicks, shares);
}

void TimePlot::updateDecoration() {
    m_plot.message = !m_result ? tr("Nothing recorded yet")
                     : m_result->total.empty() && m_result->provisional.empty()
                         ? tr("No memory was recorded in this interval")
                         : QString();
    m_plot.peak.reset();
    m_plot.legend.clear();
    m_plot.resident.reset();
    if (m_result && m_result->marks.hasResident) {
        m_plot.resident = {tr("Resident memory"), residentColour(), {}, m_store.state().showsResident};
        placeSwitch(*m_plot.resident, m_plot.header, m_plot.rows.front().plotArea, font());
    }
    if (m_result && m_result->peak && m_result->peak->bytes > 0) {
        const Peak& peak = *m_result->peak;
        m_plot.peak = {peak.instant.time, static_cast<double>(peak.bytes),
                       tr("Peak %1 at %2").arg(text(formatBytes(peak.bytes)), text(formatTime(peak.instant)))};
    }
    if (m_result) {
        std::vector<QRectF> areas;
        for (const PlotRowFrame& row : m_plot.rows) areas.push_back(row.plotArea);
        for (std::size_t i = 0; i < m_result->lines.size(); ++i) {
            const LineIndex line = m_result->lines[i].line;
            m_plot.legend.push_back({text(lineText(*m_result->info->traces, line)),
                                     seriesColour(i),
                                     {},
                                     {},
                                     m_store.state().selectedLine == line});
        }
        placeLegend(m_plot.legend, areas, font());
    }
    updateCursors();
}

}  // namespace heapprof::gui
