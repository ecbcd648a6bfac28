#include "gui/timeplot/time_plot.h"

#include <QEvent>
#include <QPaintEvent>
#include <algorithm>
#include <array>
#include <cmath>

#include "core/output/text.h"
#include "gui/timeplot/plot_row.h"

namespace heapprof::gui {
namespace {

constexpr double kLeastSpan = 20;  // microseconds
constexpr double kHeadroom = 1.06;
constexpr double kCalloutRoom = 1.8;  // lines of text above the peak
constexpr int kSettleTime = 150;      // ms

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

/// The step that holds `time`.
const TotalStep* stepAt(const std::vector<TotalStep>& steps, Micros time) {
    const auto after = std::upper_bound(steps.begin(), steps.end(), time,
                                        [](Micros t, const TotalStep& step) { return t < step.begin; });
    return after == steps.begin() ? nullptr : &*(after - 1);
}

}  // namespace

/// Lies over the rows and draws what is not a curve.
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
    : QWidget(parent), m_store(store), m_overlay(new Overlay(this)), m_end(1000000) {
    setObjectName(QStringLiteral("timePlot"));
    setAccessibleName(tr("Memory over time"));
    setAccessibleDescription(tr("Arrow keys move the time that all views show; plus and minus zoom."));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettleTime);
    connect(&m_settle, &QTimer::timeout, this, [this] {
        for (PlotRow* row : m_rows) row->setSmooth(true);
    });
    connect(&store, &ViewStateStore::changed, this, [this](const ViewState& now, const ViewState& before) {
        if (now.selectedLine != before.selectedLine || now.pinnedLines != before.pinnedLines)
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
        std::clamp(before / factor, kLeastSpan, std::max(kLeastSpan, static_cast<double>(m_result->last.count)));
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
    for (PlotRow* row : m_rows) row->setSmooth(false);
    m_settle.start();
    hideHover();
    rebuild(size());
    askForRange();
}

void TimePlot::askForRange() {
    PlotRange range;
    if (!m_fits) range.span = visible();
    range.steps = static_cast<std::size_t>(std::max(16.0, m_plot.rows.front().plotArea.width()));
    if (range == m_asked) return;
    m_asked = range;
    emit rangeWanted(range);
}

Micros TimePlot::timeAt(double x) const {
    const QRectF& area = m_plot.rows.front().plotArea;
    const double share = std::clamp((x - area.left()) / area.width(), 0.0, 1.0);
    return m_begin + Micros(std::llround(share * static_cast<double>((m_end - m_begin).count)));
}

QColor TimePlot::lineColour(std::size_t position) const {
    // Told apart on light and on dark ground, and by people who confuse red and green.
    static constexpr std::array kColours{0xE8793A, 0x3BA55D, 0xB45BCF, 0xC9A227,
                                         0x20A4B5, 0xD9486E, 0x8C6D4F, 0x7F8CE6};
    return QColor::fromRgb(static_cast<QRgb>(kColours[position % kColours.size()]) | 0xFF000000u);
}

void TimePlot::rebuild(const QSizeF& size) {
    const std::size_t lines = m_result ? m_result->lines.size() : 0;
    const std::vector<QRectF> areas = plotAreas(size, font(), lines);
    while (m_rows.size() > areas.size()) {
        delete m_rows.back();
        m_rows.pop_back();
    }
    while (m_rows.size() < areas.size()) {
        auto* row = new PlotRow(this);
        row->show();
        m_rows.push_back(row);
        m_overlay->raise();
    }
    m_overlay->setGeometry(QRectF(QPointF(), size).toAlignedRect());

    m_plot.begin = m_begin;
    m_plot.end = m_end;
    m_plot.rows.resize(areas.size());
    for (std::size_t row = 0; row < areas.size(); ++row) {
        m_plot.rows[row].plotArea = areas[row];
        m_rows[row]->place(areas[row].adjusted(-2, -2, 2, 2), areas[row]);
    }
    m_plot.timeTicks = timeTicks(m_begin, m_end, std::max(2, static_cast<int>(areas.front().width() / 110)));
    feedRows();
    updateDecoration();
    m_overlay->update();
}

void TimePlot::feedRows() {
    double top = 0;
    std::vector<PlotRow::Curve> total;
    // Without clipping what lies beyond the axes would be drawn beside them.
    const auto inside = [this](const TotalStep& step) { return step.begin <= m_end && step.end >= m_begin; };
    const auto x = [this](Micros time) { return static_cast<double>(std::clamp(time, m_begin, m_end).count); };
    if (m_result) {
        PlotRow::Curve provisional{palette().color(QPalette::Highlight), {}, {}, {}, true, true};
        for (const TotalStep& step : m_result->provisional) {
            if (!inside(step)) continue;
            provisional.points << QPointF(x(step.begin), static_cast<double>(step.greatest))
                               << QPointF(x(step.end), static_cast<double>(step.greatest));
            top = std::max(top, static_cast<double>(step.greatest));
        }
        PlotRow::Curve curve{palette().color(QPalette::Highlight), {}, {}, {}, true, false};
        for (const TotalStep& step : m_result->total) {
            if (!inside(step)) continue;
            const auto greatest = static_cast<double>(step.greatest);
            curve.points << QPointF(x(step.begin), greatest);
            if (&step == &m_result->total.back()) curve.points << QPointF(x(step.end), static_cast<double>(step.last));
            if (m_result->isSampled) {
                curve.band << QPointF(x(step.begin), greatest + step.error);
                curve.bandLower << QPointF(x(step.begin), std::max(0.0, greatest - step.error));
            }
            top = std::max(top, greatest + (m_result->isSampled ? step.error : 0));
        }
        if (!provisional.points.isEmpty()) total.push_back(std::move(provisional));
        if (!curve.points.isEmpty()) total.push_back(std::move(curve));
    }
    const auto finish = [this](std::size_t row, const QString& title, double greatest, AxisTicks (*ticks)(double, int),
                               const std::vector<PlotRow::Curve>& curves) {
        PlotRowFrame& frame = m_plot.rows[row];
        frame.title = title;
        const QFontMetricsF metrics(font());
        const double callout =
            row == 0 ? metrics.height() * kCalloutRoom / std::max(metrics.height() * 4, frame.plotArea.height()) : 0;
        frame.top = greatest * std::max(kHeadroom, 1 / (1 - callout));
        frame.ticks =
            ticks(frame.top, std::max(3, static_cast<int>(frame.plotArea.height() / (metrics.height() * 2.8))));
        m_rows[row]->setAxes(m_begin, m_end, m_plot.timeTicks, frame.top, frame.ticks);
        m_rows[row]->setCurves(curves);
    };
    finish(0,
           m_result && m_result->isSampled ? tr("Total memory (estimated, \u00B1 one standard error)")
                                           : tr("Total memory"),
           std::max(1.0, top), byteTicks, total);
    if (m_rows.size() < 3) return;

    double mostBytes = 1, mostShare = 0.01;
    std::vector<PlotRow::Curve> bytes, shares;
    for (std::size_t i = 0; i < m_result->lines.size(); ++i) {
        const PlotResult::Line& line = m_result->lines[i];
        PlotRow::Curve byteCurve{lineColour(i), {}, {}, {}, false, false}, shareCurve = byteCurve;
        for (std::size_t step = 0; step < m_result->total.size() && step < line.bytes.size(); ++step) {
            if (!inside(m_result->total[step])) continue;
            const double at = x(m_result->total[step].begin);
            byteCurve.points << QPointF(at, std::max(0.0, static_cast<double>(line.bytes[step])));
            shareCurve.points << QPointF(at, line.share[step]);
            mostBytes = std::max(mostBytes, static_cast<double>(line.bytes[step]));
            mostShare = std::max(mostShare, line.share[step]);
        }
        bytes.push_back(std::move(byteCurve));
        shares.push_back(std::move(shareCurve));
    }
    finish(1, tr("Memory per line"), mostBytes, byteTicks, bytes);
    finish(2, tr("Share of the total"), mostShare, shareTicks, shares);
}

void TimePlot::updateDecoration() {
    m_plot.message = !m_result ? tr("Nothing recorded yet")
                     : m_result->total.empty() && m_result->provisional.empty()
                         ? tr("No memory was recorded in this stretch of time")
                         : QString();
    m_plot.peak.reset();
    m_plot.legend.clear();
    if (m_result && m_result->peak && m_result->peak->bytes > 0) {
        const Peak& peak = *m_result->peak;
        m_plot.peak = {peak.time, static_cast<double>(peak.bytes),
                       tr("Peak %1 at %2").arg(text(formatBytes(peak.bytes)), text(formatTime(peak.time)))};
    }
    if (m_result) {
        std::vector<QRectF> areas;
        for (const PlotRowFrame& row : m_plot.rows) areas.push_back(row.plotArea);
        for (std::size_t i = 0; i < m_result->lines.size(); ++i) {
            const LineIndex line = m_result->lines[i].line;
            m_plot.legend.push_back({text(lineText(*m_result->info->traces, line)),
                                     lineColour(i),
                                     {},
                                     {},
                                     m_store.state().selectedLine == line});
        }
        placeLegend(m_plot.legend, areas, font());
    }
    updateCursors();
}

std::optional<PlotCursor> TimePlot::cursorAt(std::optional<Micros> time, bool isCompared) const {
    if (!m_result || (isCompared && !time)) return std::nullopt;
    const Micros at = time.value_or(m_result->last);
    // Exact where it has been computed, else as good as the curve.
    std::optional<std::int64_t> bytes;
    const Micros known = std::min(at, m_result->last);
    if (m_instant)
        for (std::size_t i = 0; i < m_instant->flow.times.size(); ++i)
            if (m_instant->flow.times[i] == known) bytes = m_instant->flow.total[i].bytes;
    const TotalStep* step = stepAt(m_result->total, at);
    if (!bytes && step) bytes = step->last;
    const QString label =
        bytes ? tr("%1 \u00B7 %2").arg(text(formatTime(at)), text(formatBytes(*bytes))) : text(formatTime(at));
    return PlotCursor{at, isCompared ? tr("compared with %1").arg(label) : label,
                      isCompared ? QColor(0xB8, 0x5C, 0x00) : QColor(0xC2, 0x25, 0x5C), isCompared};
}

void TimePlot::updateCursors() {
    const ViewState& state = m_store.state();
    m_plot.cursors.clear();
    m_plot.shaded.reset();
    if (auto cursor = cursorAt(state.time, false)) m_plot.cursors.push_back(std::move(*cursor));
    if (auto cursor = cursorAt(state.compareTime, true)) {
        const Micros from = cursor->time, to = m_plot.cursors.front().time;
        m_plot.shaded = std::pair(from, to);
        if (m_instant && m_instant->isDifference() && m_instant->compareTime == from && m_instant->snapshot.time == to)
            m_plot.cursors.front().label += tr(" (%1)").arg(text(formatSignedBytes(m_instant->snapshot.total.bytes)));
        m_plot.cursors.push_back(std::move(*cursor));
    }
    m_overlay->update();
}

void TimePlot::updateHover(const QPointF& position) {
    const QRectF top = m_plot.rows.front().plotArea, bottom = m_plot.rows.back().plotArea;
    if (!m_result || !QRectF(top.topLeft(), bottom.bottomRight()).contains(position)) return hideHover();
    const Micros time = timeAt(position.x());
    PlotDecoration::Hover hover{position, {}};
    hover.texts.emplace_back(QColor(), text(formatTime(time)));
    const bool isDigested = !m_result->total.empty() && time <= m_result->total.back().end;
    const TotalStep* step = stepAt(isDigested ? m_result->total : m_result->provisional, time);
    if (step) {
        QString total = text(formatBytes(step->greatest));
        if (step->error > 0) total += tr(" \u00B1 %1").arg(text(formatBytes(std::llround(step->error))));
        hover.texts.emplace_back(palette().color(QPalette::Highlight), tr("%1 in total").arg(total));
        if (isDigested) {
            const auto index = static_cast<std::size_t>(step - m_result->total.data());
            for (std::size_t i = 0; i < m_result->lines.size(); ++i)
                if (index < m_result->lines[i].bytes.size())
                    hover.texts.emplace_back(lineColour(i), tr("%1 (%2 %) %3")
                                                                .arg(text(formatBytes(m_result->lines[i].bytes[index])))
                                                                .arg(m_result->lines[i].share[index] * 100, 0, 'f', 1)
                                                                .arg(m_plot.legend[i].text));
        }
    }
    m_plot.hover = std::move(hover);
    m_overlay->update();
}

void TimePlot::hideHover() {
    if (!m_plot.hover) return;
    m_plot.hover.reset();
    m_overlay->update();
}

void TimePlot::drawPage(QPainter& painter, const QSizeF& size) {
    const auto hover = std::exchange(m_plot.hover, std::nullopt);
    rebuild(size);
    painter.fillRect(QRectF(QPointF(), size), palette().color(QPalette::Base));
    for (PlotRow* row : m_rows) {
        row->setSmooth(true);
        painter.setRenderHint(QPainter::Antialiasing);
        row->paintTo(painter);
    }
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
