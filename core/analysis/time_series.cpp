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

/// `rows` are the digest's, or those of the traces for which `isMember` holds.
template <typename IsMember>
std::vector<TotalStep> overTime(const Digest& digest, const Capture& capture, const std::vector<Row>& rows,
                                IsMember isMember, Micros begin, Micros end, std::size_t steps,
                                const std::stop_token& stop) {
    if (steps == 0 || end <= begin) return {};
    StepFiller filler(begin, end, steps);
    const Weights& weights = digest.weights();
    const std::size_t first = digest.rowsUpTo(begin - Micros(1));
    if (first > 0) filler.set(rows[first - 1].end.time, rows[first - 1].bytes, rows[first - 1].bytesVariance);
    for (std::size_t i = first; i < rows.size() && rows[i].firstTime <= end.count && !stop.stop_requested(); ++i) {
        const Row& row = rows[i];
        if (filler.isBefore(row.firstTime) || filler.stepOf(row.end.time) > filler.stepOf(row.firstTime) + 1) {
            std::int64_t bytes = i > 0 ? rows[i - 1].bytes : 0, variance = i > 0 ? rows[i - 1].bytesVariance : 0;
            replay(digest, capture, i, i + 1, stop, [&](const Event& event) {
                if (event.time > end) return false;
                if (!isMember(event.trace)) return true;
                const Weight weight = weights.of(event.size);
                const bool isFree = event.kind == EventKind::Free;
                bytes = isFree ? wrappingSubtract(bytes, weight.bytes) : wrappingAdd(bytes, weight.bytes);
                variance = isFree ? wrappingSubtract(variance, weight.bytesVariance)
                                  : wrappingAdd(variance, weight.bytesVariance);
                filler.set(event.time.count, bytes, variance);
                return true;
            });
        } else {
            filler.touch(row.firstTime, row.least, row.greatest);
            if (row.end.time > end.count) break;
            filler.touch(row.end.time, row.least, row.greatest);
            filler.set(row.end.time, row.bytes, row.bytesVariance);
        }
    }
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
        if (filler.isBefore(row.firstTime) || filler.stepOf(row.end.time) > filler.stepOf(row.firstTime) + 1) {
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
