#include "core/analysis/time_series.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/analysis/replay.h"

namespace heapprof {
namespace {

/// Fills the stretches of a plot from left to right.
class StepFiller {
public:
    StepFiller(Micros begin, Micros end, std::size_t count)
        : m_begin(begin.count), m_length(end.count - begin.count), m_steps(count) {
        for (std::size_t i = 0; i < count; ++i)
            m_steps[i].begin = Micros(border(i)), m_steps[i].end = Micros(border(i + 1));
    }

    /// The stretch that holds `time`; times outside belong to the first and the last one.
    std::size_t stepOf(std::int64_t time) const {
        if (time <= m_begin) return 0;
        const auto offset = static_cast<unsigned __int128>(time - m_begin) * m_steps.size();
        return std::min(m_steps.size() - 1,
                        static_cast<std::size_t>(offset / static_cast<unsigned __int128>(m_length)));
    }
    bool isBefore(std::int64_t time) const { return time < m_begin; }

    /// From `time` on the total is `bytes`.
    void set(std::int64_t time, std::int64_t bytes, std::int64_t variance) {
        if (!isBefore(time)) {
            if (m_at < m_steps.size() && time >= m_steps[m_at].end.count) advanceTo(stepOf(time));
            include(bytes, bytes);
        }
        m_bytes = bytes;
        m_variance = variance;
    }
    /// Whether what lies between the two times has to be looked at in parts.
    bool isTooLong(std::int64_t first, std::int64_t last) const {
        return isBefore(first) || stepOf(last) > stepOf(first) + 1;
    }
    /// Between two times that are not too far apart the total reached both values.
    void cross(std::int64_t first, std::int64_t last, std::int64_t least, std::int64_t greatest) {
        touch(first, least, greatest);
        touch(last, least, greatest);
    }
    /// In the stretch of `time` the total reached both values.
    void touch(std::int64_t time, std::int64_t least, std::int64_t greatest) {
        advanceTo(stepOf(time));
        include(least, greatest);
    }

    /// In the units they were filled with; `error` is a variance.
    std::vector<TotalStep> finish() {
        advanceTo(m_steps.size());
        return std::move(m_steps);
    }

private:
    std::int64_t border(std::size_t i) const {
        return m_begin + static_cast<std::int64_t>(static_cast<unsigned __int128>(m_length) * i / m_steps.size());
    }
    void include(std::int64_t least, std::int64_t greatest) {
        open();
        m_steps[m_at].least = std::min(m_steps[m_at].least, least);
        m_steps[m_at].greatest = std::max(m_steps[m_at].greatest, greatest);
    }
    /// The total at the start of a stretch is part of it.
    void open() {
        if (m_isOpen || m_at == m_steps.size()) return;
        m_isOpen = true;
        m_steps[m_at].least = m_steps[m_at].greatest = m_bytes;
    }
    void advanceTo(std::size_t step) {
        for (; m_at < step; ++m_at, m_isOpen = false) {
            open();
            m_steps[m_at].last = m_bytes;
            m_steps[m_at].error = static_cast<double>(m_variance);
        }
    }

    std::int64_t m_begin;
    std::int64_t m_length;
    std::vector<TotalStep> m_steps;
    std::size_t m_at = 0;
    bool m_isOpen = false;
    std::int64_t m_bytes = 0;
    std::int64_t m_variance = 0;
};

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

/// `rows` are the digest's, or those of the traces for which `isMember` holds.
template <typename IsMember>
std::vector<TotalStep> overTime(const Digest& digest, const Capture& capture, const std::vector<Row>& rows,
                                IsMember isMember, Micros begin, Micros end, std::size_t steps,
                                const std::stop_token& stop) {
    if (steps == 0 || end <= begin) return {};
    StepFiller filler(begin, end, steps);
    EventFiller events(digest, capture, rows, isMember, end, filler, stop);
    const auto isTooLong = [&](std::size_t row) { return filler.isTooLong(rows[row].firstTime, rows[row].end.time); };
    const auto isWanted = [&](std::size_t row) { return row < rows.size() && rows[row].firstTime <= end.count; };
    const std::size_t first = digest.rowsUpTo(begin - Micros(1));
    if (first > 0) filler.set(rows[first - 1].end.time, rows[first - 1].bytes, rows[first - 1].bytesVariance);
    for (std::size_t i = first; isWanted(i) && !stop.stop_requested();) {
        std::size_t next = i;
        while (isWanted(next) && isTooLong(next)) ++next;
        if (next > i) {
            events.fill(i, next);
        } else {
            const Row& row = rows[i];
            if (row.end.time > end.count) {
                filler.touch(row.firstTime, row.least, row.greatest);
                break;
            }
            filler.cross(row.firstTime, row.end.time, row.least, row.greatest);
            filler.set(row.end.time, row.bytes, row.bytesVariance);
            ++next;
        }
        i = next;
    }
    const Weights& weights = digest.weights();
    std::vector<TotalStep> result = filler.finish();
    for (TotalStep& step : result) {
        step.error = std::sqrt(weights.bytesVariance(static_cast<std::int64_t>(step.error)));
        step.least = weights.whole(step.least);
        step.greatest = weights.whole(step.greatest);
        step.last = weights.whole(step.last);
    }
    return result;
}

Peak peakOf(const std::vector<Row>& rows, const Weights& weights) {
    const auto highest =
        std::max_element(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.greatest < b.greatest; });
    if (highest == rows.end()) return {};
    return {Micros(highest->greatestTime), weights.whole(highest->greatest)};
}

}  // namespace

std::vector<TotalStep> totalOverTime(const Digest& digest, const Capture& capture, Micros begin, Micros end,
                                     std::size_t steps, std::stop_token stop) {
    return overTime(digest, capture, digest.rows(), [](TraceIndex) { return true; }, begin, end, steps, stop);
}

std::vector<TotalStep> totalOverTime(const Digest& digest, const Capture& capture, const TraceRows& part, Micros begin,
                                     Micros end, std::size_t steps, std::stop_token stop) {
    return overTime(
        digest, capture, part.rows, [&](TraceIndex trace) { return part.has(trace); }, begin, end, steps, stop);
}

Peak peakOf(const Digest& digest) { return peakOf(digest.rows(), digest.weights()); }
Peak peakOf(const Digest& digest, const TraceRows& part) { return peakOf(part.rows, digest.weights()); }

UsageSeries usageOverTime(const Digest& digest, const std::vector<bool>& isMember, std::stop_token stop) {
    std::vector<TraceIndex> members, others;
    for (std::uint32_t trace = 0; trace <= digest.traceCount(); ++trace)
        (trace < isMember.size() && isMember[trace] ? members : others).emplace_back(trace);
    // Of most traces: what the others leave of the total.
    const bool isMost = members.size() > others.size();
    const std::vector<TraceIndex>& traces = isMost ? others : members;
    UsageSeries series;
    series.bytes.resize(digest.rows().size());
    series.times.reserve(digest.rows().size());
    for (const Row& row : digest.rows()) series.times.emplace_back(row.end.time);
    for (const auto& segment : digest.segments()) {
        if (stop.stop_requested()) break;
        segment->addSeries(traces, std::span(series.bytes).subspan(segment->firstRow(), segment->rowCount()));
    }
    std::partial_sum(series.bytes.begin(), series.bytes.end(), series.bytes.begin(), wrappingAdd);
    if (isMost)
        for (std::size_t i = 0; i < series.bytes.size(); ++i)
            series.bytes[i] = wrappingSubtract(digest.rows()[i].bytes, series.bytes[i]);
    for (std::int64_t& bytes : series.bytes) bytes = digest.weights().whole(bytes);
    return series;
}

std::vector<TotalStep> usageOverTime(const Digest& digest, const Capture& capture, const std::vector<bool>& isMember,
                                     const UsageSeries& series, Micros begin, Micros end, std::size_t steps,
                                     std::stop_token stop) {
    if (steps == 0 || end <= begin) return {};
    StepFiller filler(begin, end, steps);
    const auto& rows = digest.rows();
    const Weights& weights = digest.weights();
    const std::size_t first = digest.rowsUpTo(begin - Micros(1));
    if (first > 0) filler.set(rows[first - 1].end.time, series.bytes[first - 1], 0);
    for (std::size_t i = first; i < rows.size() && rows[i].firstTime <= end.count && !stop.stop_requested(); ++i) {
        const Row& row = rows[i];
        if (filler.isTooLong(row.firstTime, row.end.time)) {
            const std::int64_t before = i > 0 ? series.bytes[i - 1] : 0;
            std::int64_t delta = 0;  // in fixed point
            replay(digest, capture, i, i + 1, stop, [&](const Event& event) {
                if (event.time > end) return false;
                if (event.trace.value >= isMember.size() || !isMember[event.trace.value]) return true;
                const std::int64_t bytes = weights.of(event.size).bytes;
                delta = event.kind == EventKind::Free ? wrappingSubtract(delta, bytes) : wrappingAdd(delta, bytes);
                filler.set(event.time.count, wrappingAdd(before, weights.whole(delta)), 0);
                return true;
            });
        } else if (row.end.time <= end.count) {
            filler.set(row.end.time, series.bytes[i], 0);
        }
    }
    return filler.finish();
}

}  // namespace heapprof
