#include "gui/timeplot/time_plot.h"

#include <QEvent>
#include <QPaintEvent>
#include <algorithm>
#include <array>
#include <cmath>

#include "core/text/text.h"
#include "gui/common/colours.h"
#include "gui/timeplot/curve_chart.h"
#include "gui/timeplot/mark_painter.h"

namespace heapprof::gui {
namespace {

constexpr double kMinSpan = 20;    // microseconds
constexpr int kSettleTime = 150;   // ms
constexpr double kHoverReach = 3;  // pixels

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

/// The step that holds `time`.
const TotalStep* stepIn(const std::vector<TotalStep>& steps, Micros time) {
    const auto after = std::upper_bound(steps.begin(), steps.end(), time,
                                        [](Micros t, const TotalStep& step) { return t < step.begin; });
    return after == steps.begin() ? nullptr : &*(after - 1);
}

}  // namespace

/// Lies over the curves and draws what is not a curve.
class TimePlot::Overlay : public QWidget {
public:
    explicit Overlay(TimePlot* plot) : QWidget(plot), m_plot(*plot) { setAttribute(Qt::WA_TransparentForMouseEvents); }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        paintDecoration(painter, m_plot.m_plot, m_plot.palette(), m_plot.font());
        paintHover(painter, m_plot.m_plot, m_plot.palette(), m_plot.font());
        if (m_plot.m_showsFocus) {
            QColor colour = m_plot.palette().color(QPalette::Highlight);
            painter.setPen(QPen(colour, 1));
            painter.drawRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5));
        }
    }

private:
    TimePlot& m_plot;
};

TimePlot::TimePlot(ViewStateStore& store, QWidget* parent)
    : QWidget(parent), m_store(store), m_curves(new CurveChart(this)), m_overlay(new Overlay(this)), m_end(1000000) {
    setObjectName(QStringLiteral("timePlot"));
    setAccessibleName(tr("Memory over time"));
    setAccessibleDescription(tr("Arrow keys move the time that all views show; plus and minus zoom."));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettleTime);
    connect(&m_settle, &QTimer::timeout, this, [this] { m_curves->setSmooth(true); });
    connect(&store, &ViewStateStore::changed, this, [this](const ViewState& now, const ViewState& before) {
        if (now.selectedLine != before.selectedLine || now.pinnedLines != before.pinnedLines ||
            now.showsResident != before.showsResident || now.plotsShares != before.plotsShares)
            rebuild(size());
        else
            updateCursors();
    });
    rebuild(size());
}

void TimePlot::showResult(std::shared_ptr<const PlotResult> result) {
    m_result = std::move(result);
    if (!m_result) {
        m_fits = true;
        m_instant = nullptr;
        m_points = nullptr;
    } else if (m_fits) {
        m_begin = m_result->begin;
        m_end = m_result->end;
    }
    rebuild(size());
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

void TimePlot::fit() {
    m_fits = true;
    if (m_result) {
        m_begin = Micros(0);
        m_end = std::max(m_result->last, Micros(1));
    }
    rebuild(size());
    askForRange();
}

void TimePlot::zoom(double factor, double x) {
    if (!m_result) return;
    const auto about = static_cast<double>(timeAt(x).count);
    const double before = static_cast<double>((m_end - m_begin).count);
    const double span =
        std::clamp(before / factor, kMinSpan, std::max(kMinSpan, static_cast<double>(m_result->last.count)));
    const double share = (about - static_cast<double>(m_begin.count)) / before;
    setVisible(about - share * span, about + (1 - share) * span);
}

void TimePlot::setVisible(double begin, double end) {
    const double last = std::max<double>(1, static_cast<double>(m_result ? m_result->last.count : 1));
    const double span = std::min(end - begin, last);
    begin = std::clamp(begin, 0.0, last - span);
    m_fits = begin <= 0 && span >= last;
    m_begin = Micros(static_cast<std::int64_t>(std::floor(begin)));
    m_end = std::max(m_begin + Micros(1), Micros(static_cast<std::int64_t>(std::ceil(begin + span))));
    m_curves->setSmooth(false);
    m_settle.start();
    hideHover();
    rebuild(size());
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

void TimePlot::rebuild(const QSizeF& size) {
    const PlotMarks* marks = m_result ? &m_result->marks : nullptr;
    m_plot.marks = marks;
    m_plot.header = plotHeader(size.height(), font(), marks ? marks->lanes : 0, marks && marks->hasInstants);
    const QRectF area = plotArea(size, font(), m_plot.header);
    m_overlay->setGeometry(QRectF(QPointF(), size).toAlignedRect());
    m_plot.begin = m_begin;
    m_plot.end = m_end;
    m_plot.frame.plotArea = area;
    m_curves->place(area.adjusted(-2, -2, 2, 2), area);
    m_plot.timeTicks = timeTicks(m_begin, m_end, std::max(2, static_cast<int>(area.width() / 110)));
    feedCurves();
    updateDecoration();
    m_overlay->update();
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
                      isCompared ? QColor(0xB8, 0x5C, 0x00) : QColor(0xC2, 0x25, 0x5C), isCompared};
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
    m_overlay->update();
}

QString TimePlot::cursorText(bool isCompared) const {
    const std::size_t position = isCompared ? 1 : 0;
    return position < m_plot.cursors.size() ? m_plot.cursors[position].label : QString();
}

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
    if (distance >= kNow) line += tr(", read %1 s ago").arg(static_cast<double>(distance.count) * 1e-6, 0, 'f', 1);
    if (!reading.isKnownAfter && distance > PlotMarks::kResidentHolds) line += tr(" and not since");
    if (reading.ofProfiler > reading.bytes / kWorthSaying)
        line += tr("; %1 more are the profiler's").arg(text(formatBytes(reading.ofProfiler)));
    return line;
}

void TimePlot::updateHover(const QPointF& position) {
    const QRectF area = m_plot.frame.plotArea;
    if (!m_result || !area.contains(position)) return hideHover();
    const Micros time = timeAt(position.x());
    PlotDecoration::Hover hover{position, {}};
    hover.texts.emplace_back(QColor(), text(formatTime(time)));
    addTotals(hover.texts, time);
    const double perPixel = static_cast<double>((m_end - m_begin).count) / area.width();
    if (m_store.state().showsResident && !m_result->marks.resident.empty()) {
        const auto& samples = m_result->marks.resident;
        const auto after = std::ranges::upper_bound(samples, time, {}, &PlotMarks::Resident::from);
        if (after != samples.begin()) {
            hover.texts.emplace_back(residentColour(), residentText(after[-1], time));
            // Beyond what sampling makes uncertain, and a twentieth for the time between the two.
            const TotalStep* step = stepAt(time);
            if (step && static_cast<double>(step->min) - 2 * step->error > 1.05 * static_cast<double>(after[-1].bytes))
                hover.texts.emplace_back(QColor(), tr("more is counted than is resident: some was not touched yet, "
                                                      "or is swapped out"));
        }
    }
    const auto& reserved = m_result->marks.reserved;
    if (const auto after = std::ranges::upper_bound(reserved, time, {}, &Timeline::Reserved::time);
        after != reserved.begin())
        hover.texts.emplace_back(
            QColor(), tr("%1 reserved by mappings, counted is what is in RAM").arg(text(formatBytes(after[-1].bytes))));
    for (auto& line : markTexts(m_result->marks, time, Micros(std::llround(perPixel * kHoverReach))))
        hover.texts.push_back(std::move(line));
    m_plot.hover = std::move(hover);
    askForPoints();
    m_overlay->update();
}

void TimePlot::hideHover() {
    if (!m_plot.hover) return;
    m_plot.hover.reset();
    askForPoints();
    m_overlay->update();
}

void TimePlot::drawPage(QPainter& painter, const QSizeF& size) {
    const auto hover = std::exchange(m_plot.hover, std::nullopt);
    rebuild(size);
    painter.fillRect(QRectF(QPointF(), size), palette().color(QPalette::Base));
    m_curves->setSmooth(true);
    painter.setRenderHint(QPainter::Antialiasing);
    m_curves->paintTo(painter);
    paintDecoration(painter, m_plot, palette(), font());
    m_plot.hover = hover;
    rebuild(this->size());
}

void TimePlot::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    rebuild(size());
    askForRange();
}

void TimePlot::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) rebuild(size());
}

void TimePlot::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    m_showsFocus = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    m_overlay->update();
}

void TimePlot::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    m_showsFocus = false;
    m_overlay->update();
}

}  // namespace heapprof::gui
