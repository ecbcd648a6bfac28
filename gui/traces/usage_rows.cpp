#include "gui/traces/usage_rows.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "core/text/text.h"
#include "core/traces/shown_frames.h"
#include "gui/common/frame_labels.h"
#include "gui/common/function_names.h"
#include "gui/common/result_texts.h"
#include "gui/document/call_shares.h"

namespace heapprof::gui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(UsageRows)
};

QString noStackText() { return Words::tr("(no Python stack)"); }

Column functionColumn() {
    return {Words::tr("Function"), Words::tr("The function that the line belongs to"), CellKind::Text};
}
Column locationColumn() { return {Words::tr("Location"), Words::tr("File and line"), CellKind::Code}; }
Column shareColumn(bool isDifference) {
    return isDifference
               ? Column{Words::tr("Of all change"), Words::tr("Part of all that grew or shrank"), CellKind::Share}
               : Column{Words::tr("Share"), Words::tr("Part of the total"), CellKind::Share};
}
Column intervalColumn() {
    return {Words::tr("95 % interval"),
            Words::tr("Holds the true amount in 95 of 100 recordings; empty when everything was recorded"),
            CellKind::Interval};
}
Column otherColumn(Measure measure) {
    return measure == Measure::ByteCount ? Column{Words::tr("Blocks"), Words::tr("Live allocations"), CellKind::Other}
                                         : Column{Words::tr("Bytes"), Words::tr("In these blocks"), CellKind::Other};
}

class LineRows final : public UsageRows {
public:
    enum { Function, Location, Self, Cumulative, Share, Interval, Other };

    explicit LineRows(std::shared_ptr<const InstantResult> result)
        : UsageRows(std::move(result)), m_names(m_result->traces()) {}

    std::uint32_t size() const override { return static_cast<std::uint32_t>(m_result->lines().lines.size()); }
    std::vector<Column> columns() const override {
        return {functionColumn(),
                locationColumn(),
                {Words::tr("Self"), Words::tr("Allocated by the line itself"), CellKind::Amount},
                {Words::tr("Cumulative"), Words::tr("Allocated by the line and what it calls"), CellKind::Amount},
                shareColumn(m_result->isDifference()),
                intervalColumn(),
                otherColumn(m_result->measure())};
    }
    std::string text(std::uint32_t row, int column) const override {
        const LineIndex line = usage(row).line;
        return column == Function ? m_names.of(m_result->traces(), line) : lineText(m_result->traces(), line);
    }
    std::int64_t number(std::uint32_t row, int column) const override {
        const LineUsage& usage = this->usage(row);
        switch (column) {
            case Self:
                return m_result->amountOf(usage.self);
            case Interval:
                return std::llround(usage.cumulative.errorOf(m_result->measure()));
            case Other:
                return usage.cumulative.of(otherThan(m_result->measure()));
            default:
                return m_result->amountOf(usage.cumulative);
        }
    }
    Estimate estimate(std::uint32_t row) const override { return usage(row).cumulative; }
    std::optional<LineIndex> line(std::uint32_t row) const override { return usage(row).line; }

private:
    const LineUsage& usage(std::uint32_t row) const { return m_result->lines().lines[row]; }

    FunctionNames m_names;
};

class TraceRows final : public UsageRows {
public:
    enum { Function, Location, Size, Share, Interval, Other, Thread, Number, Labels };

    explicit TraceRows(std::shared_ptr<const InstantResult> result)
        : UsageRows(std::move(result)), m_shown(m_result->traces(), m_result->treeOptions.hidden) {
        const auto& traces = m_result->snapshot().traces;
        m_order.resize(traces.size());
        std::iota(m_order.begin(), m_order.end(), 0u);
        std::stable_sort(m_order.begin(), m_order.end(), [&](std::uint32_t a, std::uint32_t b) {
            return std::abs(m_result->amountOf(traces[a].usage)) > std::abs(m_result->amountOf(traces[b].usage));
        });
    }

    std::uint32_t size() const override { return static_cast<std::uint32_t>(m_order.size()); }
    std::vector<Column> columns() const override {
        std::vector<Column> columns{
            functionColumn(),
            {Words::tr("Innermost line"), Words::tr("Where the memory was allocated"), CellKind::Code},
            {titleOf(m_result->measure()), Words::tr("What is alive of the trace"), CellKind::Amount},
            shareColumn(m_result->isDifference()),
            intervalColumn(),
            otherColumn(m_result->measure()),
            {Words::tr("Thread"), Words::tr("The thread that allocated"), CellKind::Text},
            {Words::tr("Trace"), Words::tr("The trace's number in the capture"), CellKind::Identifier}};
        if (m_result->traces().labelSetCount() > 1)
            columns.push_back({Words::tr("Labels"),
                               Words::tr("What the program called its work: labels, and asyncio's task"),
                               CellKind::Text, 32});
        return columns;
    }
    std::string text(std::uint32_t row, int column) const override {
        const TraceTable& traces = m_result->traces();
        const Trace& shown = traces.trace(usage(row).trace);
        if (column == Labels) return labelsText(traces, usage(row).trace);
        if (column == Thread) return threadText(traces, shown.thread);
        const NodeIndex leaf = m_shown.innermost(shown.leaf);
        if (leaf.value == 0) return column == Function ? noStackText().toStdString() : std::string();
        const FrameIndex frame = traces.node(leaf).frame;
        return column == Function ? functionText(traces, frame) : lineText(traces, traces.lineOf(frame));
    }
    std::int64_t number(std::uint32_t row, int column) const override {
        switch (column) {
            case Interval:
                return std::llround(usage(row).usage.errorOf(m_result->measure()));
            case Other:
                return usage(row).usage.of(otherThan(m_result->measure()));
            case Number:
                return usage(row).trace.value;
            default:
                return m_result->amountOf(usage(row).usage);
        }
    }
    Estimate estimate(std::uint32_t row) const override { return usage(row).usage; }
    std::optional<LineIndex> line(std::uint32_t row) const override {
        const TraceTable& traces = m_result->traces();
        const NodeIndex leaf = m_shown.innermost(traces.trace(usage(row).trace).leaf);
        if (leaf.value == 0) return std::nullopt;
        return traces.lineOf(traces.node(leaf).frame);
    }
    std::optional<TraceIndex> trace(std::uint32_t row) const override { return usage(row).trace; }
    bool isFound(std::uint32_t row, const SearchMatches& matches) const override {
        return matches.traces.contains(usage(row).trace);
    }
    std::optional<std::int64_t> identity(std::uint32_t row) const override { return usage(row).trace.value; }

private:
    const TraceEstimate& usage(std::uint32_t row) const { return m_result->snapshot().traces[m_order[row]]; }

    ShownFrames m_shown;
    std::vector<std::uint32_t> m_order;
};

class CallRows final : public UsageRows {
public:
    enum { Function, Location, Size, Share };

    CallRows(std::shared_ptr<const InstantResult> result, LineIndex line, bool callers)
        : UsageRows(std::move(result)),
          m_names(m_result->traces()),
          m_callers(callers),
          m_rows(callers ? callersOf(*m_result, line) : calleesOf(*m_result, line)) {}

    std::uint32_t size() const override { return static_cast<std::uint32_t>(m_rows.size()); }
    std::vector<Column> columns() const override {
        return {functionColumn(),
                locationColumn(),
                {titleOf(m_result->measure()),
                 m_callers ? Words::tr("What is alive of the traces in which it calls the selected line")
                           : Words::tr("What is alive of the traces in which the selected line calls it"),
                 CellKind::Amount},
                shareColumn(m_result->isDifference())};
    }
    std::string text(std::uint32_t row, int column) const override {
        const LineIndex line = m_rows[row].line;
        return column == Function ? m_names.of(m_result->traces(), line) : lineText(m_result->traces(), line);
    }
    std::int64_t number(std::uint32_t row, int) const override { return m_rows[row].amount; }
    std::optional<LineIndex> line(std::uint32_t row) const override { return m_rows[row].line; }

private:
    FunctionNames m_names;
    bool m_callers;
    std::vector<CallShare> m_rows;
};

}  // namespace

UsageRows::UsageRows(std::shared_ptr<const InstantResult> result)
    : m_result(std::move(result)), m_style(CellStyle::of(*m_result)) {}

UsageRows::UsageRows(std::shared_ptr<const InstantResult> result, CellStyle style)
    : m_result(std::move(result)), m_style(style) {}

std::string UsageRows::shownText(std::uint32_t row, int column) const {
    std::string text = this->text(row, column);
    const auto& process = m_result->info->metadata.process;
    const std::size_t length = process ? process->workingDirectory.size() : 0;
    const bool isBelow =
        length > 1 && text.size() > length + 1 && text[length] == '/' && text.starts_with(process->workingDirectory);
    return isBelow ? text.substr(length + 1) : text;
}

bool UsageRows::isEmpty(int column) const {
    const CellKind kind = columns()[static_cast<std::size_t>(column)].kind;
    if (!isText(kind) && kind != CellKind::Interval) return false;
    for (std::uint32_t row = 0; row < size(); ++row)
        if (kind == CellKind::Interval ? estimate(row).varianceOf(m_style.measure) > 0 : !text(row, column).empty())
            return false;
    return size() > 0;
}

std::shared_ptr<const UsageRows> makeLineRows(std::shared_ptr<const InstantResult> result, std::stop_token) {
    return std::make_shared<LineRows>(std::move(result));
}

std::shared_ptr<const UsageRows> makeTraceRows(std::shared_ptr<const InstantResult> result) {
    return std::make_shared<TraceRows>(std::move(result));
}

std::shared_ptr<const UsageRows> makeCallRows(std::shared_ptr<const InstantResult> result, LineIndex line,
                                              bool callers) {
    return std::make_shared<CallRows>(std::move(result), line, callers);
}

}  // namespace heapprof::gui
