#include "gui/timeplot/time_plot.h"

#include <QResizeEvent>
#include <algorithm>
#include <cmath>

namespace heapprof::gui {
namespace {

constexpr double kMinSpan = 20;   // microseconds
constexpr int kSettleTime = 150;  // ms

}  // namespace

TimePlot::TimePlot(ViewStateStore& store, QWidget* parent) : PlotChart(parent), m_store(store), m_end(1000000) {
    setObjectName(QStringLiteral("timePlot"));
    setAccessibleName(tr("Memory over time"));
    setAccessibleDescription(tr("Arrow keys move the time that all views show; plus and minus zoom."));
    setFocusPolicy(Qt::StrongFocus);
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettleTime);
    connect(&m_settle, &QTimer::timeout, this, [this] { setSmooth(true); });
    connect(&store, &ViewStateStore::changed, this, [this](const ViewState& now, const ViewState& before) {
        if (now.selectedLine != before.selectedLine || now.pinnedLines != before.pinnedLines ||
            now.showsResident != before.showsResident || now.showsResidentKinds != before.showsResidentKinds ||
            now.plotsShares != before.plotsShares)
            rebuild();
        else
            updateCursors();
    });
    rebuild();
}

void TimePlot::showResult(std::shared_ptr<const PlotResult> result) {
    m_result = std::move(result);
    if (!m_result) {
        m_fits = true;
        m_instant = nullptr;
        m_points = nullptr;
        m_asked.span.reset();  // nobody knows of it any more
    } else if (m_fits) {
        m_begin = m_result->begin;
        m_end = m_result->end;
    }
    rebuild();
}

void TimePlot::showInstant(std::shared_ptr<const InstantResult> result) {
    m_instant = std::move(result);
    updateCursors();
}

void TimePlot::showPoints(std::shared_ptr<const PointResult> result) {
    m_points = std::move(result);
    updateCursors();
    if (m_plot.hover) updateHover(m_plot.hover->position);
}

void TimePlot::fit() {
    m_fits = true;
    if (m_result) {
        m_begin = Micros(0);
        m_end = std::max(m_result->last, Micros(1));
    }
    rebuild();
    askForRange();
}

void TimePlot::zoom(double factor, double x) {
    if (!m_result) return;
    const auto about = static_cast<double>(timeAt(x).count);
    const double before = static_cast<double>((m_end - m_begin).count);
    const double span =
        std::clamp(before / factor, kMinSpan, std::max(kMinSpan, static_cast<double>(m_result->last.count)));
    const double share = (about - static_cast<double>(m_begin.count)) / before;
    showSpan(about - share * span, about + (1 - share) * span);
}

void TimePlot::showSpan(double begin, double end) {
    const double last = std::max<double>(1, static_cast<double>(m_result ? m_result->last.count : 1));
    const double span = std::clamp(end - begin, std::min(kMinSpan, last), last);
    begin = std::clamp(begin, 0.0, last - span);
    m_fits = begin <= 0 && span >= last;
    m_begin = Micros(static_cast<std::int64_t>(std::floor(begin)));
    m_end = std::max(m_begin + Micros(1), Micros(static_cast<std::int64_t>(std::ceil(begin + span))));
    setSmooth(false);
    m_settle.start();
    hideHover();
    rebuild();
    askForRange();
}

void TimePlot::expectSpan(const PlotRange::Span& span) {
    m_fits = false;
    m_begin = span.begin;
    m_end = std::max(span.end, span.begin + Micros(1));
    rebuild();
    askForRange();
}

void TimePlot::askForRange() {
    PlotRange range;
    if (!m_fits) range.span = visible();
    range.steps = static_cast<std::size_t>(std::max(16.0, m_plot.frame.plotArea.width()));
    if (range == m_asked) return;
    m_asked = range;
    emit rangeWanted(range);
}

Micros TimePlot::timeAt(double x) const {
    const QRectF& area = m_plot.frame.plotArea;
    const double share = std::clamp((x - area.left()) / area.width(), 0.0, 1.0);
    return m_begin + Micros(std::llround(share * static_cast<double>((m_end - m_begin).count)));
}

void TimePlot::resizeEvent(QResizeEvent* event) {
    PlotChart::resizeEvent(event);
    askForRange();
}

}  // namespace heapprof::gui
