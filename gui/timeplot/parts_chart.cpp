#include "gui/timeplot/parts_chart.h"

#include <QContextMenuEvent>
#include <QMouseEvent>
#include <algorithm>

#include "core/text/text.h"
#include "gui/common/colours.h"
#include "gui/common/style.h"

namespace heapprof::gui {
namespace {

constexpr double kHeadroom = 1.06;
constexpr float kFill = 0.62f, kCurrentFill = 0.95f;

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

}  // namespace

PartsChart::PartsChart(QWidget* parent) : PlotChart(parent) {
    setObjectName(QStringLiteral("partsChart"));
    setAccessibleName(tr("Memory over time, by part"));
    rebuild();
}

void PartsChart::setScene(std::shared_ptr<const PartsScene> scene, bool isShare, const QString& emptyText) {
    m_scene = std::move(scene);
    m_isShare = isShare;
    m_emptyText = emptyText;
    m_plot.hover.reset();
    rebuild();
}

void PartsChart::setCurrent(std::optional<std::size_t> entry) {
    if (entry == m_current) return;
    m_current = entry;
    rebuild();
}

void PartsChart::setMatches(std::vector<bool> matches, std::optional<std::size_t> at) {
    if (matches == m_matches && at == m_match) return;
    m_matches = std::move(matches);
    m_match = at;
    rebuild();
}

double PartsChart::scaleAt(std::size_t instant) const {
    if (!m_isShare) return 1;
    const std::int64_t total = m_scene->series->total[instant];
    return total > 0 ? 1 / static_cast<double>(total) : 0;
}

void PartsChart::describe() {
    m_plot.message = isEmpty() ? m_emptyText : QString();
    m_plot.begin = isEmpty() ? Micros(0) : m_scene->series->instants.front().time;
    m_plot.end = isEmpty() ? Micros(1) : std::max(m_plot.begin + Micros(1), m_scene->series->instants.back().time);
}

void PartsChart::decorate() {
    m_plot.cursors.clear();
    if (isEmpty()) return;
    const InstantResult& result = *m_scene->result;
    const QColor colour = tonesOf(palette()).cursor;
    m_plot.cursors.push_back({result.time().time, text(formatTime(result.time())), colour, false});
    if (result.isInterval())
        m_plot.cursors.push_back({result.compareTime->time, text(formatTime(*result.compareTime)), colour, true});
}

std::vector<CurveChart::Curve> PartsChart::makeCurves() {
    std::vector<CurveChart::Curve> curves;
    double top = 0;
    if (m_scene) {
        const std::vector<Instant>& instants = m_scene->series->instants;
        std::vector<double> sums(instants.size());
        QList<QPointF> floor;
        for (std::size_t entry = 0; entry < m_scene->entries.size(); ++entry) {
            CurveChart::Curve curve{m_scene->entries[entry].colour, {}, {}, {}, true, false, true};
            curve.fill = m_current == entry || m_match == entry ? kCurrentFill : kFill;
            if (entry < m_matches.size() && m_matches[entry]) curve.fillColour = matchColour(palette());
            curve.floor = floor;
            for (std::size_t i = 0; i < instants.size(); ++i) {
                sums[i] += static_cast<double>(m_scene->amount(entry, i)) * scaleAt(i);
                curve.points << QPointF(static_cast<double>(instants[i].time.count), sums[i]);
                top = std::max(top, sums[i]);
            }
            floor = curve.points;
            curves.push_back(std::move(curve));
        }
    }
    PlotFrame& frame = m_plot.frame;
    const Measure measure = m_scene ? m_scene->result->measure() : Measure::ByteCount;
    frame.title = m_isShare                       ? tr("Share of the total, by what allocated it")
                  : measure == Measure::ByteCount ? tr("Memory, by what allocated it")
                                                  : tr("Blocks, by what allocated them");
    frame.top = m_isShare ? 1 : std::max(1.0, top * kHeadroom);
    frame.ticks = m_isShare ? shareTicks(frame.top, mostTicks()) : amountTicks(frame.top, mostTicks(), measure);
    return curves;
}

std::size_t PartsChart::instantNear(double x) const {
    const std::vector<Instant>& instants = m_scene->series->instants;
    const auto after =
        std::ranges::lower_bound(instants, x, {}, [&](const Instant& instant) { return m_plot.xOf(instant.time); });
    if (after == instants.begin()) return 0;
    const bool isBeforeNearer = after == instants.end() || x - m_plot.xOf(after[-1].time) < m_plot.xOf(after->time) - x;
    return static_cast<std::size_t>(after - instants.begin()) - (isBeforeNearer ? 1 : 0);
}

std::optional<std::size_t> PartsChart::entryAt(const QPointF& position) const {
    if (!m_scene || m_scene->entries.empty() || !m_plot.frame.plotArea.contains(position)) return std::nullopt;
    const std::size_t instant = instantNear(position.x());
    double sum = 0;
    for (std::size_t entry = 0; entry < m_scene->entries.size(); ++entry) {
        sum += static_cast<double>(m_scene->amount(entry, instant)) * scaleAt(instant);
        if (m_plot.yOf(sum) <= position.y()) return entry;
    }
    return std::nullopt;
}

QPointF PartsChart::positionOf(std::size_t entry, const Instant& instant) const {
    const double x = m_plot.xOf(instant.time);
    const std::size_t at = instantNear(x);
    double sum = 0;
    for (std::size_t below = 0; below < entry; ++below) sum += static_cast<double>(m_scene->amount(below, at));
    const double middle = (sum + static_cast<double>(m_scene->amount(entry, at)) / 2) * scaleAt(at);
    return {x, m_plot.yOf(middle)};
}

void PartsChart::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
    if (const auto entry = entryAt(event->position())) emit picked(*entry);
}

void PartsChart::mouseMoveEvent(QMouseEvent* event) {
    m_plot.hover.reset();
    if (const auto entry = entryAt(event->position())) {
        const std::size_t instant = instantNear(event->position().x());
        const Measure measure = m_scene->result->measure();
        const std::int64_t amount = m_scene->amount(*entry, instant), total = m_scene->series->total[instant];
        m_plot.hover = PlotDecoration::Hover{event->position(), {}};
        m_plot.hover->texts = {
            {m_scene->entries[*entry].colour, m_scene->entries[*entry].name},
            {QColor(),
             tr("%1, %2 of %3 at %4")
                 .arg(text(formatAmount(amount, measure)), text(formatShare(amount, total)),
                      text(formatWithUnit(total, measure)), text(formatTime(m_scene->series->instants[instant])))}};
    }
    updateOverlay();
}

void PartsChart::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    m_plot.hover.reset();
    updateOverlay();
}

void PartsChart::contextMenuEvent(QContextMenuEvent* event) {
    if (const auto entry = entryAt(event->pos())) emit menuWanted(*entry, event->globalPos());
}

}  // namespace heapprof::gui
