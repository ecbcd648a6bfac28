#include "core/analysis/time_series.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/analysis/event_filler.h"
#include "core/analysis/replay.h"
#include "core/analysis/step_filler.h"

namespace heapprof {
namespace {

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
