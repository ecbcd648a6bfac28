#include "core/analysis/turnover.h"

#include <algorithm>

#include "core/analysis/block_scan.h"

namespace heapprof {
namespace {

using Values = std::vector<TraceValue>;

/// Looks up traces in ascending order.
class Cursor {
public:
    explicit Cursor(const Snapshot& snapshot) : m_next(snapshot.traces.begin()), m_end(snapshot.traces.end()) {}

    Usage of(TraceIndex trace) {
        while (m_next != m_end && m_next->trace < trace) ++m_next;
        return m_next != m_end && m_next->trace == trace ? m_next->usage : Usage{};
    }

private:
    std::vector<TraceUsage>::const_iterator m_next, m_end;
};

/// The traces of either, ascending.
std::vector<TraceIndex> tracesOf(const Snapshot& a, const Snapshot& b) {
    std::vector<TraceIndex> traces;
    traces.reserve(a.traces.size() + b.traces.size());
    for (const Snapshot* snapshot : {&a, &b})
        for (const TraceUsage& entry : snapshot->traces) traces.push_back(entry.trace);
    std::sort(traces.begin(), traces.end());
    traces.erase(std::unique(traces.begin(), traces.end()), traces.end());
    return traces;
}

/// Variance of later - earlier, when blocks of the variance `freed` were alive at the earlier instant alone. Rounding
/// may leave a little less than nothing where there is nothing.
double varianceOfDifference(double earlier, double later, double freed) {
    return std::max(0.0, later - earlier + 2 * freed);
}

/// `after` minus `before`, also of traces whose amount is the same but made up of other blocks.
Snapshot differenceWith(const Snapshot& olderFreed, const Snapshot& before, const Snapshot& after) {
    const bool forward = before.time <= after.time;
    Snapshot result;
    result.time = after.time;
    Cursor olds(before), news(after), freed(olderFreed);
    for (const TraceIndex trace : tracesOf(before, after)) {
        const Usage old = olds.of(trace), now = news.of(trace), ended = freed.of(trace);
        const Usage& earlier = forward ? old : now;
        const Usage& later = forward ? now : old;
        const Usage change{wrappingSubtract(now.bytes, old.bytes), wrappingSubtract(now.blocks, old.blocks),
                           varianceOfDifference(earlier.bytesVariance, later.bytesVariance, ended.bytesVariance),
                           varianceOfDifference(earlier.blocksVariance, later.blocksVariance, ended.blocksVariance)};
        if (change == Usage{}) continue;
        result.traces.push_back({trace, change});
        result.total += change;
    }
    return result;
}

}  // namespace

std::optional<Turnover> turnover(const Digest& digest, const Capture& capture, const TurnoverTimes& times,
                                 std::stop_token stop) {
    const Weights& weights = digest.weights();
    const std::size_t traces = digest.traceCount() + 1;
    Values allocated(traces), freed(traces), olderFreed(traces);
    const auto addTo = [&](Values& values, const Event& event) {
        values[event.trace.value < traces ? event.trace.value : 0] += valueOf(weights.of(event.size));
    };
    const bool known = scanBlocks(
        digest, capture, times, stop, [&](const Event& event, std::uint64_t) { addTo(allocated, event); },
        [&](const Event& event, std::uint64_t) { addTo(freed, event); },
        [&](const Event& event) { addTo(olderFreed, event); });
    if (!known) return std::nullopt;
    Values alive(traces);
    for (std::size_t trace = 0; trace < traces; ++trace) alive[trace] = allocated[trace] - freed[trace];
    return Turnover{snapshotOf(allocated, weights, times.until), snapshotOf(alive, weights, times.until),
                    snapshotOf(freed, weights, times.until), snapshotOf(olderFreed, weights, times.until)};
}

Snapshot exactDifference(const Digest& digest, const Capture& capture, const Snapshot& before, const Snapshot& after,
                         std::stop_token stop) {
    if (digest.weights().exact()) return difference(before, after);
    const auto [earlier, later] = std::minmax(before.time, after.time);
    const auto between = turnover(digest, capture, {earlier, earlier, later}, stop);
    return between ? differenceWith(between->olderFreed, before, after) : difference(before, after);
}

}  // namespace heapprof
