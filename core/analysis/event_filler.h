// What a plot shows of rows that are too long for it: by the headers of blocks, or event by event.
#pragma once

#include <algorithm>
#include <memory>
#include <stop_token>
#include <vector>

#include "core/analysis/replay.h"
#include "core/analysis/step_filler.h"

namespace heapprof {

/// Fills a plot with what rows hold that are too long to be drawn as one.
template <typename IsMember>
class EventFiller {
public:
    /// `rows` are the digest's, or those of the traces for which `isMember` holds.
    EventFiller(const Digest& digest, const Capture& capture, const std::vector<Row>& rows, IsMember isMember,
                Micros end, StepFiller& filler, const std::stop_token& stop)
        : m_digest(digest),
          m_capture(capture),
          m_rows(rows),
          m_isMember(isMember),
          m_end(end),
          m_filler(filler),
          m_stop(stop) {}

    /// Those of rows number `first` to `end` - 1.
    void fill(std::size_t first, std::size_t end) {
        m_bytes = first > 0 ? m_rows[first - 1].bytes : 0;
        m_variance = first > 0 ? m_rows[first - 1].bytesVariance : 0;
        m_position = m_digest.startOf(first);
        m_reader = m_capture.events();
        m_isThere = first == 0;
        const EventPosition& rowsEnd = m_digest.rows()[end - 1].end;
        if (areAllExact()) useBlocks(m_capture.blocks(m_position.offset, rowsEnd.offset), rowsEnd);
        replayTo(rowsEnd.events);
    }

private:
    /// Blocks say what all memory was, without its variance.
    bool areAllExact() const { return &m_rows == &m_digest.rows() && m_digest.weights().exact(); }

    /// Takes from the headers what is to be known of blocks that are short enough, and goes through the others. Not
    /// where events were lost: the headers count them, the digest does not.
    void useBlocks(const std::vector<Capture::Block>& blocks, const EventPosition& end) {
        const auto isAt = [](const Capture::Block& block, const EventPosition& position) {
            return block.events + position.skip == position.events;
        };
        if (blocks.size() < 3 || !isAt(blocks.front(), m_position) || blocks.back().offset != end.offset ||
            !isAt(blocks.back(), end))
            return;
        // The first and the last are looked at in part.
        for (std::size_t i = 1; i + 1 < blocks.size() && !m_isDone; ++i) {
            const Capture::Block &block = blocks[i], &next = blocks[i + 1];
            const std::int64_t first = block.firstTime.count, last = block.lastTime.count;
            const bool isBefore = m_filler.isBefore(last);
            if (last > m_end.count || (!isBefore && m_filler.isTooLong(first, last))) continue;
            replayTo(block.events);
            if (m_isDone || block.atStart.count != m_bytes || first < m_time) return;
            if (!isBefore) m_filler.cross(first, last, block.least.count, block.greatest.count);
            m_bytes = next.atStart.count;
            m_filler.set(last, m_bytes, 0);
            m_time = last;
            m_position = {next.offset, 0, 0, last, next.events};
            m_isThere = false;
        }
    }
    void replayTo(std::uint64_t events) {
        if (events <= m_position.events || m_isDone) return;
        if (!m_isThere) m_reader->seek(m_position);
        m_isThere = true;
        const auto visit = [this](const Event& event) { add(event); };
        visitEventsFrom(m_position, events - m_position.events, *m_reader, m_capture, m_stop, visit,
                        [this] { return m_isDone; });
        m_position.events = events;
        m_isDone = m_isDone || m_stop.stop_requested();
    }
    void add(const Event& event) {
        m_isDone = m_isDone || event.time > m_end;
        if (m_isDone || !m_isMember(event.trace)) return;
        const Weight weight = m_digest.weights().of(event.size);
        const bool isFree = event.kind == EventKind::Free;
        m_bytes = isFree ? wrappingSubtract(m_bytes, weight.bytes) : wrappingAdd(m_bytes, weight.bytes);
        m_variance =
            isFree ? wrappingSubtract(m_variance, weight.bytesVariance) : wrappingAdd(m_variance, weight.bytesVariance);
        m_time = event.time.count;
        m_filler.set(m_time, m_bytes, m_variance);
    }

    const Digest& m_digest;
    const Capture& m_capture;
    const std::vector<Row>& m_rows;
    IsMember m_isMember;
    const Micros m_end;
    StepFiller& m_filler;
    const std::stop_token& m_stop;

    std::unique_ptr<EventReader> m_reader;
    EventPosition m_position;  // up to where the plot is filled
    bool m_isThere = false;    // whether the reader is there, too
    std::int64_t m_bytes = 0, m_variance = 0;
    std::int64_t m_time = 0;
    bool m_isDone = false;
};

}  // namespace heapprof
