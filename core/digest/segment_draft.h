// The segment of a digest that is being filled, event by event.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/capture/event.h"
#include "core/capture/weights.h"
#include "core/digest/change_log.h"
#include "core/digest/row_table.h"
#include "core/digest/segment.h"

namespace heapprof {

/// How many events row number `row` holds.
std::uint64_t rowLength(std::size_t row);

/// Whether a segment ends with a row after which it holds so many rows and events: a million of them, so that changes
/// take bounded memory and are read in a millisecond or two, and no fewer than there are traces in a key frame.
bool isWholeSegment(std::size_t rows, std::uint64_t events, std::size_t traceCount);

class SegmentDraft {
public:
    /// Asked about a trace that is not known: returns the one to count the event to, which is known by then.
    using Learn = std::function<TraceIndex(TraceIndex)>;

    explicit SegmentDraft(std::shared_ptr<const Weights> weights);

    /// Makes room for traces 0 to `count` - 1; never fewer than before.
    void knowTraces(std::size_t count) { m_changes.knowTraces(count); }
    std::size_t traceCount() const { return m_changes.traceCount(); }

    /// Begins a segment with row number `firstRow` of the digest; `total` is what all traces hold together before it.
    void begin(std::size_t firstRow, const EventPosition& start, const Amount& total);
    /// Counts the reader's next events: some, up to the end of a row. Returns how many; 0 when there are none.
    std::size_t read(EventReader& reader, const Learn& learn);
    /// Behind the last event counted.
    const EventPosition& position() const { return m_position; }
    std::uint64_t events() const { return m_position.events - m_start; }
    /// Whether the segment ends here.
    bool isWhole() const;
    /// Ends the row being filled, if it holds anything.
    void endRow();

    /// Those that have ended.
    const std::vector<Row>& rows() const { return m_rows; }
    SegmentChanges changes() const { return m_changes.encode(); }
    /// The one being filled, as if it ended here; unset when it holds nothing.
    std::optional<Row> openRow() const;
    SegmentChanges openChanges() const { return m_changes.encodeOpenRow(); }
    /// Of all traces, after the rows that have ended.
    const Amount& total() const { return m_total; }

private:
    template <bool exact>
    struct Counter;
    template <bool exact>
    std::size_t count(EventReader& reader, std::size_t most, const Learn& learn);
    void beginRow();

    std::shared_ptr<const Weights> m_weights;
    ChangeLog m_changes;
    std::size_t m_firstRow = 0;
    std::uint64_t m_start = 0;  // events before it
    std::vector<Row> m_rows;    // that have ended
    Row m_row;                  // being filled
    std::uint64_t m_rowEvents = 0;
    Amount m_total;  // bytes now, the rest before the row being filled
    EventPosition m_position;
};

}  // namespace heapprof
