// Where the time plot's cursors are, and what their labels say.
#include <algorithm>

#include "core/text/text.h"
#include "gui/common/style.h"
#include "gui/timeplot/time_plot.h"

namespace heapprof::gui {
namespace {

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

}  // namespace

/// Cursors without a time of their own are where the views are.
void TimePlot::askForPoints() {
    std::vector<Instant> instants;
    const ViewState& state = m_store.state();
    for (const auto& instant : {state.time, state.compareTime})
        if (instant) instants.push_back(*instant);
    if (m_plot.hover) instants.emplace_back(timeAt(m_plot.hover->position.x()));
    if (instants == m_pointsAsked) return;
    m_pointsAsked = instants;
    emit pointsWanted(instants);
}

std::optional<Estimate> TimePlot::totalAt(const Instant& instant) const {
    const Counted counted = Counted::of(m_store.state());
    if (m_points && m_points->counted == counted)
        if (const PointResult::Point* point = m_points->at(instant)) return point->total;
    if (!m_instant || m_instant->counted != counted) return std::nullopt;
    return m_instant->totalAt(instant);
}

std::optional<PlotCursor> TimePlot::cursorAt(std::optional<Instant> instant, bool isCompared) const {
    if (!m_result || (isCompared && !instant)) return std::nullopt;
    if (!instant && m_instant) instant = m_instant->snapshot().time;
    const Instant at = instant.value_or(m_result->last);
    const std::optional<Estimate> total = totalAt(at);
    const Measure shown = m_store.state().measure;
    const QString label = tr("%1 \u00B7 %2")
                              .arg(text(formatTime(at)),
                                   total ? text(formatWithUnit(total->of(shown), shown)) : QStringLiteral("\u2026"));
    const bool isChange = m_store.state().mode == IntervalMode::Change;
    return PlotCursor{at.time,
                      !isCompared ? label
                      : isChange  ? tr("compared with %1").arg(label)
                                  : tr("from %1").arg(label),
                      isCompared ? QColor(0xB8, 0x5C, 0x00) : tonesOf(palette()).cursor, isCompared};
}

void TimePlot::updateCursors() {
    askForPoints();
    const ViewState& state = m_store.state();
    m_plot.cursors.clear();
    m_plot.shaded.reset();
    if (auto cursor = cursorAt(state.time, false)) m_plot.cursors.push_back(std::move(*cursor));
    if (auto cursor = cursorAt(state.compareTime, true)) {
        m_plot.shaded = std::pair(cursor->time, m_plot.cursors.front().time);
        const auto from = totalAt(*state.compareTime);
        auto change = state.time ? totalAt(*state.time) : std::nullopt;
        if (from && change) {
            *change -= *from;
            m_plot.cursors.front().label += tr(" (%1 in %2)")
                                                .arg(text(formatSignedAmount(change->of(state.measure), state.measure)),
                                                     text(formatTime(std::max(*state.time, *state.compareTime).time -
                                                                     std::min(*state.time, *state.compareTime).time)));
        }
        m_plot.cursors.push_back(std::move(*cursor));
    }
    updateOverlay();
    emit shownChanged();
}

QString TimePlot::cursorText(bool isCompared) const {
    const std::size_t position = isCompared ? 1 : 0;
    return position < m_plot.cursors.size() ? m_plot.cursors[position].label : QString();
}

}  // namespace heapprof::gui
