#include "gui/traces/block_rows.h"

#include <QCoreApplication>
#include <cmath>

#include "core/blocks/growth.h"
#include "core/blocks/sizes.h"
#include "core/text/text.h"
#include "gui/common/function_names.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(BlockRows)
};

class GrowthRows final : public UsageRows {
public:
    enum { Function, Location, Slope, AtLeast, First, Last };

    GrowthRows(std::shared_ptr<const InstantResult> result, std::stop_token stop)
        : UsageRows(std::move(result), CellStyle{}), m_names(m_result->traces()) {
        if (!m_result->recording.hasEvents()) return;
        const Micros from = m_result->isInterval() ? m_result->begin().time : kBeforeStart;
        m_growth = growthBetween(m_result->recording, {from, m_result->end().time, TraceGrouping::Line, false},
                                 m_result->counted.traces(m_result->recording), stop);
    }

    std::uint32_t size() const override { return static_cast<std::uint32_t>(m_growth.size()); }
    std::vector<Column> columns() const override {
        return {
            {Words::tr("Function"), Words::tr("The function that the line belongs to"), CellKind::Text},
            {Words::tr("Location"), Words::tr("File and line"), CellKind::Text},
            {Words::tr("An hour"), Words::tr("What the line's own memory grows by, as a steady trend"),
             CellKind::Bytes},
            {Words::tr("At least"), Words::tr("In 39 of 40 cases; 0 where the trend may be chance"), CellKind::Bytes},
            {Words::tr("First"), Words::tr("Bytes at the beginning"), CellKind::Bytes},
            {Words::tr("Last"), Words::tr("Bytes at the end"), CellKind::Bytes}};
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

private:
    FunctionNames m_names;
    std::vector<Growth> m_growth;
};

class SizeRows final : public UsageRows {
public:
    enum { Size, Bytes, Share, Interval, Blocks };

    SizeRows(std::shared_ptr<const InstantResult> result, std::stop_token stop) : UsageRows(std::move(result)) {
        const Recording& recording = m_result->recording;
        if (!recording.hasEvents()) return;
        const TraceSet traces = m_result->counted.traces(recording);
        if (!m_result->isInterval())
            m_sizes = sizesAt(recording, m_result->snapshot().time, traces, stop);
        else if (m_result->mode == IntervalMode::Allocated)
            m_sizes = sizesAllocated(recording, m_result->begin(), m_result->end(), traces, stop);
        std::erase_if(m_sizes, [](const SizeBucket& bucket) { return bucket.usage == Estimate{}; });
    }

    std::uint32_t size() const override { return static_cast<std::uint32_t>(m_sizes.size()); }
    std::vector<Column> columns() const override {
        return {{Words::tr("Block size"), Words::tr("As it was asked for"), CellKind::Text},
                {Words::tr("Bytes"), Words::tr("In blocks of these sizes"), CellKind::Bytes},
                {Words::tr("Share"), Words::tr("Part of the total"), CellKind::Share},
                {Words::tr("95 % interval"),
                 Words::tr("Holds the true amount in 95 of 100 recordings; empty when everything was recorded"),
                 CellKind::Interval},
                {Words::tr("Blocks"), Words::tr("Blocks of these sizes"), CellKind::Count}};
    }
    std::string text(std::uint32_t row, int) const override {
        const SizeBucket& bucket = m_sizes[row];
        if (bucket.min == bucket.max) return formatBytes(static_cast<std::int64_t>(bucket.min));
        return formatBytes(static_cast<std::int64_t>(bucket.min)) + " to " +
               formatBytes(static_cast<std::int64_t>(bucket.max));
    }
    std::int64_t number(std::uint32_t row, int column) const override {
        const SizeBucket& bucket = m_sizes[row];
        switch (column) {
            case Interval:
                return std::llround(bucket.usage.bytesError());
            case Blocks:
                return bucket.usage.blocks;
            default:
                return bucket.usage.bytes;
        }
    }
    Estimate estimate(std::uint32_t row) const override { return m_sizes[row].usage; }
    std::optional<LineIndex> line(std::uint32_t) const override { return std::nullopt; }

private:
    SizeHistogram m_sizes;
};

}  // namespace

std::shared_ptr<const UsageRows> makeGrowthRows(std::shared_ptr<const InstantResult> result, std::stop_token stop) {
    return std::make_shared<GrowthRows>(std::move(result), stop);
}

std::shared_ptr<const UsageRows> makeSizeRows(std::shared_ptr<const InstantResult> result, std::stop_token stop) {
    return std::make_shared<SizeRows>(std::move(result), stop);
}

}  // namespace heapprof::gui
