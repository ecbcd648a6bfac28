#include "gui/traces/generation_rows.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "core/blocks/generations.h"
#include "core/blocks/growth.h"
#include "core/summary/attribution.h"
#include "core/text/text.h"
#include "gui/common/frame_labels.h"
#include "gui/common/function_names.h"
#include "gui/common/result_texts.h"

namespace heapprof::gui {
namespace {

constexpr std::int64_t kEqualIntervals = 20;  // at the most

struct Words {
    Q_DECLARE_TR_FUNCTIONS(GenerationRows)
};

/// The time that is cut. A generation that is looked at on its own does not change the table.
GenerationSpan spanOf(const InstantResult& result) {
    if (result.generationOf) return *result.generationOf;
    return {result.isInterval() ? result.begin() : Instant::beginning(), result.end()};
}

/// As a border of generations.
Micros beginOf(const GenerationSpan& span) { return span.from == Instant::beginning() ? kBeforeStart : span.from.time; }

/// The shortest of 1, 2 and 5 times powers of ten that cuts `length` into no more than kEqualIntervals.
std::int64_t stepFor(std::int64_t length) {
    std::int64_t step = 1;
    for (int i = 0; step * kEqualIntervals < length; ++i) step = i % 3 == 1 ? step / 2 * 5 : step * 2;
    return step;
}

/// Where generations begin and what the program called that, by time.
using Borders = std::map<Micros, std::string>;

Borders bordersOf(const Timeline* timeline, const GenerationSpan& span) {
    Borders borders;
    const auto add = [&](Micros time, const std::string& what) {
        if (time <= beginOf(span) || time >= span.until.time) return;
        std::string& text = borders[time];
        if (text.empty()) text = what;
    };
    if (timeline)
        for (const Timeline::Instant& instant : timeline->instants) add(instant.time, instant.text);
    if (timeline && borders.empty()) {
        for (const Timeline::Phase& phase : timeline->phases) {
            add(phase.begin, phase.name);
            if (phase.end) add(*phase.end, {});
        }
    }
    if (borders.empty()) {
        const std::int64_t first = std::max<std::int64_t>(beginOf(span).count, 0);
        const std::int64_t step = stepFor(span.until.time.count - first);
        for (std::int64_t time = (first / step + 1) * step; time < span.until.time.count; time += step)
            borders.emplace(Micros(time), std::string());
    }
    borders.emplace(beginOf(span), std::string());
    borders.emplace(span.until.time, std::string());
    return borders;
}

struct Row {
    Generation generation;
    std::string what;  // began it
    std::optional<LineIndex> line;
};

class GenerationRows final : public UsageRows {
public:
    enum { When, What, Line, Allocated, Alive, Share, Interval, Other };

    GenerationRows(std::shared_ptr<const InstantResult> result, std::vector<Row> rows, GenerationSpan span,
                   std::int64_t left)
        : UsageRows(result, CellStyle{false, left, false, result->measure()}),
          m_names(m_result->traces()),
          m_rows(std::move(rows)),
          m_span(span) {}

    std::uint32_t size() const override { return static_cast<std::uint32_t>(m_rows.size()); }
    std::vector<Column> columns() const override {
        return {{Words::tr("Allocated"), Words::tr("When: an interval between two marks, or a part of the time"),
                 CellKind::Text},
                {Words::tr("Mark"), Words::tr("What the program said when the interval began"), CellKind::Text},
                {Words::tr("Line behind most"), Words::tr("Of what is still alive"), CellKind::Text},
                {titleOf(m_result->measure()), Words::tr("Allocated in the interval, freed since or not"),
                 CellKind::Amount},
                {Words::tr("Still alive"),
                 Words::tr("Of that, not freed by %1").arg(QString::fromStdString(formatTime(m_span.until))),
                 CellKind::Amount},
                {Words::tr("Share"), Words::tr("Part of all that these intervals left behind"), CellKind::Share},
                {Words::tr("95 % interval"), Words::tr("Of what is still alive"), CellKind::Interval},
                {titleOf(otherThan(m_result->measure())), Words::tr("Still alive"), CellKind::Other}};
    }
    std::string text(std::uint32_t row, int column) const override {
        const auto& [generation, what, line] = m_rows[row];
        switch (column) {
            case When:
                return formatRange(formatTime(std::max(generation.begin, Micros(0))), formatTime(generation.end));
            case What:
                return what;
            default:
                return line ? m_names.of(m_result->traces(), *line) + "  " + placeText(m_result->traces(), *line)
                            : std::string();
        }
    }
    std::int64_t number(std::uint32_t row, int column) const override {
        const Generation& generation = m_rows[row].generation;
        switch (column) {
            case Allocated:
                return m_result->amountOf(generation.allocated);
            case Interval:
                return std::llround(generation.alive.total.errorOf(m_result->measure()));
            case Other:
                return generation.alive.total.of(otherThan(m_result->measure()));
            default:
                return m_result->amountOf(generation.alive.total);
        }
    }
    Estimate estimate(std::uint32_t row) const override { return m_rows[row].generation.alive.total; }
    std::optional<LineIndex> line(std::uint32_t row) const override { return m_rows[row].line; }
    std::optional<std::int64_t> identity(std::uint32_t row) const override {
        return m_rows[row].generation.begin.count;
    }
    /// What the generation left behind.
    void open(std::uint32_t row, ViewState& state) const override {
        const Generation& generation = m_rows[row].generation;
        state.showInterval(generation.begin == kBeforeStart ? Instant::beginning() : Instant(generation.begin),
                           std::min(Instant(generation.end), m_span.until));
        state.mode = IntervalMode::StillAlive;
        state.generationOf = m_span;
    }

private:
    FunctionNames m_names;
    std::vector<Row> m_rows;
    GenerationSpan m_span;
};

}  // namespace

std::shared_ptr<const UsageRows> makeGenerationRows(std::shared_ptr<const InstantResult> result, std::stop_token stop) {
    const Recording& recording = result->recording;
    std::vector<Row> rows;
    std::int64_t left = 0;
    const GenerationSpan span = spanOf(*result);
    if (recording.hasEvents()) {
        const Borders borders = bordersOf(result->timeline.get(), span);
        std::vector<Micros> times;
        for (const auto& [time, what] : borders) times.push_back(time);
        const auto found = generations(recording, times, span.until, result->counted.traces(recording), stop);
        if (found) {
            const Attribution attribution(recording.traces());
            for (const Generation& each : *found) {
                if (stop.stop_requested()) break;
                rows.push_back({each, borders.at(each.begin), attribution.behindMost(each.alive).line});
                left += result->amountOf(each.alive.total);
            }
        }
    }
    return std::make_shared<GenerationRows>(std::move(result), std::move(rows), span, left);
}

}  // namespace heapprof::gui
