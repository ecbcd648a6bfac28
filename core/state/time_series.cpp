#include "core/state/time_series.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

#include "core/state/replay.h"

namespace heapprof {
namespace {

/// What a row did to the memory of a set of traces, in fixed point.
struct RowTotals {
    std::int64_t bytes, bytesVariance, least, greatest;
};

/// Walks along a digest and makes a point at each of the instants it is given.
template <typename IsMember>
class CurveWalk {
public:
    CurveWalk(const Digest& digest, const Capture& capture, IsMember isMember, std::span<const Instant> instants,
              const std::stop_token& stop)
        : m_digest(digest), m_capture(capture), m_isMember(isMember), m_instants(instants), m_stop(stop) {
        m_points.reserve(instants.size());
    }

    /// `totalsOf(i)` returns the RowTotals of row number i.
    template <typename TotalsOf>
    std::vector<CurvePoint> walk(TotalsOf totalsOf) {
        if (m_instants.empty()) return {};
        const std::size_t rows = m_digest.rows().size();
        std::size_t row = m_digest.rowsUpTo(m_instants.front());
        if (row > 0) start(totalsOf(row - 1));
        for (; row < rows && !isDone() && !m_stop.stop_requested(); ++row) {
            while (!isDone() && !reachesInto(m_digest, row, next())) addPoint();
            if (isDone()) break;
            const EventPosition& end = m_digest.rows()[row].end;
            if (end.time <= next().time.count && end.events <= next().events)
                pass(totalsOf(row));
            else if (m_digest.weights().exact())
                replayRow<true>(row);
            else
                replayRow<false>(row);
        }
        while (!isDone()) addPoint();
        return std::move(m_points);
    }

private:
    /// Live bytes, in fixed point.
    struct Sum {
        std::int64_t bytes = 0, bytesVariance = 0;
        std::int64_t least = 0, greatest = 0;  // since the last point

        void extend(std::int64_t low, std::int64_t high) {
            least = std::min(least, low);
            greatest = std::max(greatest, high);
        }
    };

    bool isDone() const { return m_points.size() == m_instants.size(); }
    const Instant& next() const { return m_instants[m_points.size()]; }

    void start(const RowTotals& totals) { m_sum = {totals.bytes, totals.bytesVariance, totals.bytes, totals.bytes}; }
    void pass(const RowTotals& totals) {
        m_sum.extend(totals.least, totals.greatest);
        m_sum.bytes = totals.bytes;
        m_sum.bytesVariance = totals.bytesVariance;
    }
    void addPoint() {
        const Weights& weights = m_digest.weights();
        if (m_points.empty()) m_sum.least = m_sum.greatest = m_sum.bytes;
        m_points.push_back({next(), weights.whole(m_sum.bytes), weights.whole(m_sum.least),
                            weights.whole(m_sum.greatest), std::sqrt(weights.bytesVariance(m_sum.bytesVariance))});
        m_sum.least = m_sum.greatest = m_sum.bytes;
    }

    /// Follows the sum through the events of a row. Can be assigned: see visitEvents().
    template <bool isExact>
    struct RowReplay {
        CurveWalk* walk;
        std::uint64_t number;  // of the next event
        Sum sum = walk->m_sum;
        Instant next = walk->next();

        void operator()(const Event& event) {
            if (isAfter(event.time, number, next)) [[unlikely]]
                addPoints(event.time);
            ++number;
            if (!walk->m_isMember(event.trace)) return;
            const Weight weight = isExact ? Weights::ofExact(event.size) : walk->m_digest.weights().of(event.size);
            const auto isFree = -static_cast<std::int64_t>(event.kind);
            sum.bytes = wrappingAdd(sum.bytes, (weight.bytes ^ isFree) - isFree);
            if constexpr (!isExact)
                sum.bytesVariance = wrappingAdd(sum.bytesVariance, (weight.bytesVariance ^ isFree) - isFree);
            sum.extend(sum.bytes, sum.bytes);
        }
        [[gnu::noinline]] void addPoints(Micros time) {
            walk->m_sum = sum;
            while (!walk->isDone() && isAfter(time, number, walk->next())) walk->addPoint();
            sum = walk->m_sum;
            next = walk->isDone() ? kNever : walk->next();
        }
    };
    static constexpr Instant kNever{Micros(std::numeric_limits<std::int64_t>::max())};

    template <bool isExact>
    void replayRow(std::size_t row) {
        const EventPosition start = m_digest.startOf(row);
        if (!m_reader) m_reader = m_capture.events();
        if (m_read != start.events) m_reader->seek(start);
        m_read = m_digest.rows()[row].end.events;
        RowReplay<isExact> replay{this, start.events};
        visitEventsFrom(start, m_read - start.events, *m_reader, m_capture, m_stop, replay,
                        [this] { return isDone(); });
        m_sum = replay.sum;
    }

    const Digest& m_digest;
    const Capture& m_capture;
    IsMember m_isMember;
    std::span<const Instant> m_instants;
    const std::stop_token& m_stop;

    std::vector<CurvePoint> m_points;
    std::unique_ptr<EventReader> m_reader;
    std::uint64_t m_read = 0;  // events before the reader
    Sum m_sum;
};

RowTotals totalsOf(const Row& row) { return {row.bytes, row.bytesVariance, row.least, row.greatest}; }

/// The states before `begin`, at the ends of all steps but the last, and at `end`.
std::vector<Instant> borders(Micros begin, Micros end, std::size_t steps) {
    std::vector<Instant> instants;
    instants.reserve(steps + 1);
    const auto length = static_cast<unsigned __int128>((end - begin).count);
    for (std::size_t i = 0; i < steps; ++i)
        instants.emplace_back(begin + Micros(static_cast<std::int64_t>(length * i / steps)) - Micros(1));
    instants.emplace_back(end);
    return instants;
}

/// `curve(instants)` returns the points at them.
template <typename Curve>
std::vector<TotalStep> stepsOf(Micros begin, Micros end, std::size_t steps, Curve curve) {
    if (steps == 0 || end <= begin) return {};
    const std::vector<CurvePoint> points = curve(borders(begin, end, steps));
    std::vector<TotalStep> result;
    result.reserve(steps);
    for (std::size_t i = 1; i < points.size(); ++i) {
        const CurvePoint& point = points[i];
        const Micros last = i < steps ? point.instant.time + Micros(1) : end;
        result.push_back(
            {points[i - 1].instant.time + Micros(1), last, point.least, point.greatest, point.bytes, point.error});
    }
    return result;
}

}  // namespace

RowSeries seriesOf(const Digest& digest, std::vector<bool> isMember, std::stop_token stop) {
    std::vector<TraceIndex> members, others;
    for (std::uint32_t trace = 0; trace <= digest.traceCount(); ++trace)
        (trace < isMember.size() && isMember[trace] ? members : others).emplace_back(trace);
    // Of most traces: what the others leave of the total.
    const bool isMost = members.size() > others.size();
    const std::vector<TraceIndex>& traces = isMost ? others : members;
    RowSeries series{std::move(isMember), std::vector<std::int64_t>(digest.rows().size())};
    for (const auto& segment : digest.segments()) {
        if (stop.stop_requested()) break;
        segment->addSeries(traces, std::span(series.bytes).subspan(segment->firstRow(), segment->rowCount()));
    }
    std::partial_sum(series.bytes.begin(), series.bytes.end(), series.bytes.begin(), wrappingAdd);
    if (isMost)
        for (std::size_t i = 0; i < series.bytes.size(); ++i)
            series.bytes[i] = wrappingSubtract(digest.rows()[i].bytes, series.bytes[i]);
    return series;
}

std::vector<CurvePoint> curveOf(const Digest& digest, const Capture& capture, std::span<const Instant> instants,
                                std::stop_token stop) {
    CurveWalk walk(digest, capture, [](TraceIndex) { return true; }, instants, stop);
    return walk.walk([&](std::size_t row) { return totalsOf(digest.rows()[row]); });
}

std::vector<CurvePoint> curveOf(const Digest& digest, const Capture& capture, const TraceRows& part,
                                std::span<const Instant> instants, std::stop_token stop) {
    CurveWalk walk(digest, capture, [&](TraceIndex trace) { return part.has(trace); }, instants, stop);
    return walk.walk([&](std::size_t row) { return totalsOf(part.rows[row]); });
}

std::vector<CurvePoint> curveOf(const Digest& digest, const Capture& capture, const RowSeries& series,
                                std::span<const Instant> instants, std::stop_token stop) {
    const auto isMember = [&](TraceIndex trace) {
        return trace.value < series.isMember.size() && series.isMember[trace.value];
    };
    CurveWalk walk(digest, capture, isMember, instants, stop);
    return walk.walk([&](std::size_t row) {
        const std::int64_t before = row > 0 ? series.bytes[row - 1] : 0, after = series.bytes[row];
        return RowTotals{after, 0, std::min(before, after), std::max(before, after)};
    });
}

std::vector<Instant> evenInstants(const Digest& digest, const Peak& peak, std::size_t steps) {
    const Micros last = digest.lastTime();
    std::vector<Instant> instants{Micros(0)};
    for (std::size_t i = 1; i <= steps; ++i) {
        const auto share = static_cast<unsigned __int128>(last.count) * i / steps;
        instants.emplace_back(Micros(static_cast<std::int64_t>(share)));
    }
    if (peak.bytes > 0) instants.push_back(peak.instant);
    std::sort(instants.begin(), instants.end());
    instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
    return instants;
}

std::vector<Instant> instantsEvery(double interval, const Digest& digest) {
    const Micros last = digest.lastTime();
    const double count = std::ceil(toSeconds(last) / interval - 1e-9);
    std::vector<Instant> instants;
    for (double k = 1; k < count; ++k) instants.emplace_back(std::min(last, fromSeconds(interval * k)));
    instants.emplace_back(last);
    return instants;
}

std::vector<TotalStep> totalOverTime(const Digest& digest, const Capture& capture, Micros begin, Micros end,
                                     std::size_t steps, std::stop_token stop) {
    return stepsOf(begin, end, steps,
                   [&](std::span<const Instant> instants) { return curveOf(digest, capture, instants, stop); });
}

std::vector<TotalStep> totalOverTime(const Digest& digest, const Capture& capture, const TraceRows& part, Micros begin,
                                     Micros end, std::size_t steps, std::stop_token stop) {
    return stepsOf(begin, end, steps,
                   [&](std::span<const Instant> instants) { return curveOf(digest, capture, part, instants, stop); });
}

std::vector<TotalStep> totalOverTime(const Digest& digest, const Capture& capture, const RowSeries& series,
                                     Micros begin, Micros end, std::size_t steps, std::stop_token stop) {
    return stepsOf(begin, end, steps,
                   [&](std::span<const Instant> instants) { return curveOf(digest, capture, series, instants, stop); });
}

}  // namespace heapprof
