#include "core/digest/segment_draft.h"

#include <algorithm>
#include <utility>

#include "core/capture/event_loop.h"

namespace heapprof {
namespace {

constexpr std::size_t kBatch = 1024;            // events until something else is looked at
constexpr std::uint64_t kFirstRowLength = 512;  // events
constexpr std::size_t kRowsPerDoubling = 1024;
constexpr unsigned kMaxDoublings = 24;

constexpr std::uint64_t kEventsPerSegment = std::uint64_t{1} << 20;

}  // namespace

std::uint64_t rowLength(std::size_t row) {
    return kFirstRowLength << std::min<std::size_t>(row / kRowsPerDoubling, kMaxDoublings);
}

bool isWholeSegment(std::size_t rows, std::uint64_t events, std::size_t traceCount) {
    return rows == kSegmentRows || events >= std::max<std::uint64_t>(kEventsPerSegment, traceCount);
}

SegmentDraft::SegmentDraft(std::shared_ptr<const Weights> weights)
    : m_weights(std::move(weights)), m_changes(!m_weights->exact()) {
    knowTraces(1);
}

void SegmentDraft::begin(std::size_t firstRow, const EventPosition& start, const Amount& total) {
    m_changes.clear();
    m_firstRow = firstRow;
    m_start = start.events;
    m_rows.clear();
    m_total = total;
    m_position = start;
    beginRow();
}

void SegmentDraft::beginRow() {
    m_row = {};
    m_row.least = m_row.greatest = m_total.bytes;
    m_row.greatestTime = m_position.time;
    m_rowEvents = 0;
}

/// A batch never passes the end of a row, so that a row ends at a position of the reader, and its first event comes
/// alone, for the same reason.
std::size_t SegmentDraft::read(EventReader& reader, const Learn& learn) {
    const std::uint64_t length = rowLength(m_firstRow + m_rows.size());
    const bool isFirst = m_rowEvents == 0;
    const auto most = static_cast<std::size_t>(isFirst ? 1 : std::min<std::uint64_t>(length - m_rowEvents, kBatch));
    const std::size_t events =
        m_weights->exact() ? count<true>(reader, most, learn) : count<false>(reader, most, learn);
    if (events == 0) return 0;
    m_position = reader.position();
    if (isFirst) m_row.firstTime = m_position.time;
    if (m_rowEvents == length) endRow();
    return events;
}

bool SegmentDraft::isWhole() const {
    return m_rowEvents == 0 && !m_rows.empty() && isWholeSegment(m_rows.size(), events(), traceCount() - 1);
}

/// What an event does to the row being filled. Copied into the decoder's loop and back.
template <bool exact>
struct SegmentDraft::Counter {
    SegmentDraft* draft;
    const Learn* learn;
    const Weights* weights;
    ChangeLog::Adder adder;
    std::int64_t bytes;  // of all traces
    std::int64_t least, greatest, greatestTime;

    /// Without branches: whether an event allocates or frees, and whether its row has met its trace, is as good as
    /// random.
    void operator()(const Event& event) {
        std::uint32_t trace = event.trace.value;
        if (trace >= adder.traceCount()) [[unlikely]] {
            Counter other = *this;  // so that nobody knows where this one is, and it can stay in registers
            trace = other.learned(event.trace);
            *this = other;
        }
        const Amount weight = exact ? Weights::ofExact(event.size) : weights->of(event.size);
        const auto isFree = static_cast<std::int64_t>(event.kind);
        const std::uint32_t place = adder.placeOf(trace);
        ChangeLog::Change& change = adder.change(place);
        std::int64_t& amount = change.amounts[isFree];
        amount = wrappingAdd(amount, weight.bytes);
        change.blocks = wrappingAdd(change.blocks, withSign(weight.blocks, -isFree));
        if constexpr (!exact) {
            ChangeLog::Variances& variances = adder.variances(place);
            variances.bytes = wrappingAdd(variances.bytes, withSign(weight.bytesVariance, -isFree));
            variances.blocks = wrappingAdd(variances.blocks, withSign(weight.blocksVariance, -isFree));
        }
        bytes = wrappingAdd(bytes, withSign(weight.bytes, -isFree));
        greatestTime = bytes > greatest ? event.time.count : greatestTime;
        greatest = std::max(greatest, bytes);
        least = std::min(least, bytes);
    }
    [[gnu::noinline]] std::uint32_t learned(TraceIndex trace) {
        draft->m_changes.take(adder);
        const TraceIndex known = (*learn)(trace);
        adder = draft->m_changes.adder(kBatch);
        return known.value;
    }
};

template <bool exact>
std::size_t SegmentDraft::count(EventReader& reader, std::size_t most, const Learn& learn) {
    Counter<exact> counter{this,          &learn,      m_weights.get(), m_changes.adder(kBatch),
                           m_total.bytes, m_row.least, m_row.greatest,  m_row.greatestTime};
    const std::size_t events = visitEvents(reader, most, counter);
    m_changes.take(counter.adder);
    m_rowEvents += events;
    m_total.bytes = counter.bytes;
    m_row.least = counter.least;
    m_row.greatest = counter.greatest;
    m_row.greatestTime = counter.greatestTime;
    return events;
}

std::optional<Row> SegmentDraft::openRow() const {
    if (m_rowEvents == 0) return std::nullopt;
    const auto [delta, allocated] = m_changes.rowSum();
    Row row = m_row;
    row.end = m_position;
    row.total = m_total + delta;
    row.total.bytes = m_total.bytes;
    row.allocated = allocated;
    return row;
}

void SegmentDraft::endRow() {
    const std::optional<Row> row = openRow();
    if (!row) return;
    m_changes.endRow(static_cast<std::uint32_t>(m_rows.size()));
    m_total = row->total;
    m_rows.push_back(*row);
    beginRow();
}

}  // namespace heapprof
