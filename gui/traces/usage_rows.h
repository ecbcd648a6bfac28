// The rows behind the browser's flat tables: lines of code, single traces, callers and callees.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gui/document/instant_result.h"
#include "gui/traces/cells.h"

namespace heapprof::gui {

/// Immutable rows over a result that they keep alive; any thread. Texts are made when asked for, and are safe to show
/// as plain text.
class UsageRows {
public:
    virtual ~UsageRows() = default;

    virtual std::uint32_t size() const = 0;
    /// What the columns are called.
    virtual std::vector<Column> columns() const = 0;
    virtual std::string text(std::uint32_t row, int column) const = 0;
    /// The same, but places below the program's working directory are relative to it.
    std::string shownText(std::uint32_t row, int column) const;
    virtual std::int64_t number(std::uint32_t row, int column) const = 0;
    /// What the row's Interval column is about; nothing in tables that have none.
    virtual Estimate estimate(std::uint32_t) const { return {}; }
    virtual std::optional<LineIndex> line(std::uint32_t row) const = 0;
    /// The row of a single trace.
    virtual std::optional<TraceIndex> trace(std::uint32_t) const { return std::nullopt; }

    /// Whether the row is one of what was searched for; rows that are about no code always are.
    virtual bool isFound(std::uint32_t row, const SearchMatches& matches) const {
        const auto on = line(row);
        return !on || matches.has(*on);
    }

    /// Tells rows on one line apart, also in a later result's rows; nothing where there are none.
    virtual std::optional<std::int64_t> identity(std::uint32_t) const { return std::nullopt; }
    /// Makes `state` show what a double click on the row asks for.
    virtual void open(std::uint32_t, ViewState&) const {}
    /// Whether the cells of a column say nothing: none of its texts or intervals has anything in it.
    bool isEmpty(int column) const;
    /// What is to be said of all of them, if anything.
    virtual std::string note() const { return {}; }

    std::shared_ptr<const InstantResult> sharedResult() const { return m_result; }
    const CellStyle& style() const { return m_style; }

protected:
    explicit UsageRows(std::shared_ptr<const InstantResult> result);
    UsageRows(std::shared_ptr<const InstantResult> result, CellStyle style);

    std::shared_ptr<const InstantResult> m_result;

private:
    CellStyle m_style;
};

/// Function, location, self, cumulative, share, interval of every line, and what it has in the other measure; greatest
/// first.
std::shared_ptr<const UsageRows> makeLineRows(std::shared_ptr<const InstantResult> result, std::stop_token stop = {});
/// Innermost function and line, amount, share, interval, the other measure, thread and number of every trace; greatest
/// first.
std::shared_ptr<const UsageRows> makeTraceRows(std::shared_ptr<const InstantResult> result);
/// Function, location, amount and share of the lines that call `line`, or that it calls; greatest first.
std::shared_ptr<const UsageRows> makeCallRows(std::shared_ptr<const InstantResult> result, LineIndex line,
                                              bool callers);

/// Positions of the rows that are found (all when `matches` is null), sorted by a column, numbers by their magnitude;
/// equal ones stay in their order. Column -1 keeps the rows' own order.
std::vector<std::uint32_t> orderRows(const UsageRows& rows, const std::vector<CellKind>& kinds,
                                     const SearchMatches* matches, int column, bool descending,
                                     std::stop_token stop = {});

}  // namespace heapprof::gui
