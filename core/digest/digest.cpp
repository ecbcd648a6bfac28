#include "core/digest/digest.h"

#include <algorithm>
#include <utility>

namespace heapprof {

Digest::Digest(std::shared_ptr<const Weights> weights, std::size_t traceCount, std::vector<Row> rows,
               std::vector<std::shared_ptr<const Segment>> segments, bool complete, unsigned edition)
    : m_weights(std::move(weights)),
      m_traceCount(traceCount),
      m_rows(std::move(rows)),
      m_segments(std::move(segments)),
      m_complete(complete),
      m_edition(edition) {}

std::size_t Digest::rowsUpTo(Instant instant) const {
    const auto after = std::upper_bound(m_rows.begin(), m_rows.end(), instant, [](const Instant& i, const Row& row) {
        return i.time.count < row.end.time || i.events < row.end.events;
    });
    return static_cast<std::size_t>(after - m_rows.begin());
}

Amount Digest::totalAfter(std::size_t rowCount) const { return rowCount == 0 ? Amount{} : m_rows[rowCount - 1].total; }

std::vector<TraceAmount> Digest::stateAfter(std::size_t rowCount) const {
    if (rowCount == 0) return {};
    const auto after = std::upper_bound(m_segments.begin(), m_segments.end(), rowCount - 1,
                                        [](std::size_t row, const auto& segment) { return row < segment->firstRow(); });
    const Segment& segment = **std::prev(after);
    return segment.stateAfter(rowCount - segment.firstRow(), m_traceCount + 1);
}

}  // namespace heapprof
