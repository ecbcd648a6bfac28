#include "gui/traces/block_rows.h"

#include <QCoreApplication>
#include <cmath>

#include "core/blocks/growth.h"
#include "core/blocks/lifetimes.h"
#include "core/blocks/sizes.h"
#include "core/text/text.h"
#include "gui/common/function_names.h"
#include "gui/common/result_texts.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(BlockRows)
};

/// The time that a table covers.
QString spanText(Micros from, Micros to) {
    return Words::tr("from %1 to %2")
        .arg(QString::fromStdString(formatTime(from)), QString::fromStdString(formatTime(to)));
}

class GrowthRows final : public UsageRows {
public:
    enum { Function, Location, Slope, AtLeast, First, Last };

    GrowthRows(std::shared_ptr<const InstantResult> result, std::stop_token stop)
        : UsageRows(result, CellStyle{false, 0, false, result->measure()}), m_names(m_result->traces()) {
        if (!m_result->recording.hasEvents()) return;
        if (m_result->isInterval()) {
            m_from = m_result->begin().time;
            m_to = m_result->end().time;
        } else {
            m_to = m_result->recording.end();
        }
        m_growth =
            growthBetween(m_result->recording, {m_from, m_to, TraceGrouping::OwnLine, false, m_result->measure()},
                          m_result->counted.traces(m_result->recording), stop);
    }

    std::uint32_t size() const override { return static_cast<std::uint32_t>(m_growth.size()); }
    std::vector<Column> columns() const override {
        return {
            {Words::tr("Function"), Words::tr("The function that the line belongs to"), CellKind::Text},
            {Words::tr("Location"), Words::tr("File and line"), CellKind::Code},
            {Words::tr("An hour"),
             Words::tr("What the line allocates, also by library code that it calls, grows by, as a steady trend"),
             CellKind::Amount},
            {Words::tr("At least"), Words::tr("In 39 of 40 cases; 0 where the trend may be chance"), CellKind::Amount},
            {Words::tr("First"), Words::tr("At the beginning"), CellKind::Amount},
            {Words::tr("Last"), Words::tr("At the end"), CellKind::Amount}};
    }
    std::string text(std::uint32_t row, int column) const override {
        const LineIndex line(m_growth[row].index);
        return column == Function ? m_names.of(m_result->traces(), line) : lineText(m_result->traces(), line);
    }
    std::int64_t number(std::uint32_t row, int column) const override {
        const Growth& growth = m_growth[row];
        switch (column) {
            case Slope:
                return std::llround(growth.slope * 3600);
            case AtLeast:
                return std::llround(growth.slopeLowerBound() * 3600);
            case First:
                return growth.first;
            default:
                return growth.last;
        }
    }
    std::optional<LineIndex> line(std::uint32_t row) const override { return LineIndex(m_growth[row].index); }
    std::string note() const override { return spanText(std::max(m_from, Micros(0)), m_to).toStdString(); }

private:
    FunctionNames m_names;
    Micros m_from = kBeforeStart, m_to;
    std::vector<Growth> m_growth;
};

/// How blocks are spread over classes of them.
class HistogramRows final : public UsageRows {
public:
    enum { Class, Size, Share, Interval, Other };
    struct Bar {
        std::string name;
        Estimate usage;
    };

    HistogramRows(std::shared_ptr<const InstantResult> result, Column classes, std::vector<Bar> bars)
        : UsageRows(result, CellStyle{false, sumOf(bars, result->measure()), false, result->measure()}),
          m_class(std::move(classes)) {
        for (Bar& bar : bars)
            if (bar.usage != Estimate{}) m_bars.push_back(std::move(bar));
    }

    std::uint32_t size() const override { return static_cast<std::uint32_t>(m_bars.size()); }
    std::vector<Column> columns() const override {
        return {m_class,
                amountColumn(style().measure, CellKind::Amount),
                {Words::tr("Share"), Words::tr("Part of the total"), CellKind::Share},
                {Words::tr("95 % interval"),
                 Words::tr("Holds the true amount in 95 of 100 recordings; empty when everything was recorded"),
                 CellKind::Interval},
                amountColumn(otherThan(style().measure), CellKind::Other)};
    }
    std::string text(std::uint32_t row, int) const override { return m_bars[row].name; }
    std::int64_t number(std::uint32_t row, int column) const override {
        const Estimate& usage = m_bars[row].usage;
        switch (column) {
            case Interval:
                return std::llround(usage.errorOf(style().measure));
            case Other:
                return usage.of(otherThan(style().measure));
            default:
                return usage.of(style().measure);
        }
    }
    Estimate estimate(std::uint32_t row) const override { return m_bars[row].usage; }
    std::optional<LineIndex> line(std::uint32_t) const override { return std::nullopt; }

private:
    static std::int64_t sumOf(const std::vector<Bar>& bars, Measure measure) {
        std::int64_t sum = 0;
        for (const Bar& bar : bars) sum += bar.usage.of(measure);
        return sum;
    }
    static Column amountColumn(Measure measure, CellKind kind) {
        return {titleOf(measure),
                measure == Measure::ByteCount ? Words::tr("In such blocks") : Words::tr("Such blocks"), kind};
    }

    Column m_class;
    std::vector<Bar> m_bars;
};

SizeHistogram sizesOf(const InstantResult& result, const std::stop_token& stop) {
    const Recording& recording = result.recording;
    if (!recording.hasEvents()) return {};
    const TraceSet traces = result.counted.traces(recording);
    if (!result.isInterval()) return sizesAt(recording, result.snapshot().time, traces, stop);
    if (result.mode != IntervalMode::Allocated) return {};
    return sizesAllocated(recording, result.begin(), result.end(), traces, stop);
}

std::string sizeText(const SizeBucket& bucket) {
    const std::string max = formatBytes(static_cast<std::int64_t>(bucket.max));
    return bucket.min == bucket.max ? max : formatRange(formatBytes(static_cast<std::int64_t>(bucket.min)), max);
}

/// "20 ms", of one of the bounds of Lifetimes; "3333 \u00B5s", of a clock's tick.
std::string durationText(Micros duration) {
    if (duration.count < 1000 || duration.count % 1000 != 0) return std::to_string(duration.count) + " \u00B5s";
    if (duration.count < 1'000'000) return std::to_string(duration.count / 1000) + " ms";
    if (duration.count < 3600'000'000) return std::to_string(duration.count / 1'000'000) + " s";
    return formatTime(duration);
}

/// The first bucket holds all that the recorder's clock cannot tell from nothing.
QString lifetimeText(const Lifetimes::Bucket& bucket) {
    const std::string bound = durationText(bucket.bound);
    if (bucket.min.count == 0) return Words::tr("less than %1").arg(QString::fromStdString(bound));
    return QString::fromStdString(formatRange(durationText(bucket.min), bound));
}

}  // namespace

std::shared_ptr<const UsageRows> makeGrowthRows(std::shared_ptr<const InstantResult> result, std::stop_token stop) {
    return std::make_shared<GrowthRows>(std::move(result), stop);
}

std::shared_ptr<const UsageRows> makeSizeRows(std::shared_ptr<const InstantResult> result, std::stop_token stop) {
    std::vector<HistogramRows::Bar> bars;
    for (const SizeBucket& bucket : sizesOf(*result, stop)) bars.push_back({sizeText(bucket), bucket.usage});
    return std::make_shared<HistogramRows>(
        std::move(result), Column{Words::tr("Block size"), Words::tr("As it was asked for"), CellKind::Text},
        std::move(bars));
}

std::shared_ptr<const UsageRows> makeLifetimeRows(std::shared_ptr<const InstantResult> result, std::stop_token stop) {
    std::vector<HistogramRows::Bar> bars;
    if (const Recording& recording = result->recording; recording.hasEvents()) {
        const Instant from = result->isInterval() ? result->begin() : Instant::beginning();
        const auto found =
            lifetimes(recording, {from, result->end(), recording.end()}, result->counted.traces(recording), stop);
        if (found) {
            for (const Lifetimes::Bucket& bucket : found->freed)
                bars.push_back({lifetimeText(bucket).toStdString(), bucket.usage});
            const QString end = QString::fromStdString(formatTime(recording.end()));
            bars.push_back({Words::tr("still alive at %1").arg(end).toStdString(), found->alive});
        }
    }
    return std::make_shared<HistogramRows>(
        std::move(result),
        Column{Words::tr("Lived"),
               Words::tr("From its allocation to its free, give or take one tick of the recorder's clock"),
               CellKind::Text},
        std::move(bars));
}

}  // namespace heapprof::gui
