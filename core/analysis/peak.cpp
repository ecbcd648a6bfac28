#include "core/analysis/peak.h"

#include <algorithm>
#include <utility>

#include "core/analysis/replay.h"
#include "core/analysis/trace_amounts.h"

namespace heapprof {
namespace {

/// `rows` are the digest's, or those of the traces for which `isMember` holds.
template <typename IsMember>
Snapshot atPeakOf(const std::vector<Row>& rows, const Digest& digest, const Capture& capture, IsMember isMember,
                  const std::stop_token& stop) {
    const auto highest = std::ranges::max_element(rows, {}, &Row::greatest);
    if (highest == rows.end() || highest->greatest <= 0) return {};
    const auto row = static_cast<std::size_t>(highest - rows.begin());
    std::vector<TraceAmount> state = digest.stateAfter(row);
    std::erase_if(state, [&](const TraceAmount& amount) { return !isMember(amount.trace); });

    const Weights& weights = digest.weights();
    TraceAmounts live(digest.traceCount() + 1, std::move(state));
    std::int64_t total = row > 0 ? rows[row - 1].bytes : 0;
    replay(digest, capture, row, row + 1, stop, [&](const Event& event) {
        if (!isMember(event.trace)) return true;
        live.apply(event, weights);
        const std::int64_t bytes = weights.of(event.size).bytes;
        total = event.kind == EventKind::Free ? wrappingSubtract(total, bytes) : wrappingAdd(total, bytes);
        return total < highest->greatest;
    });
    return snapshotOf(live.take(), weights, Micros(highest->greatestTime));
}

}  // namespace

Snapshot snapshotAtPeak(const Digest& digest, const Capture& capture, std::stop_token stop) {
    return atPeakOf(digest.rows(), digest, capture, [](TraceIndex) { return true; }, stop);
}

Snapshot snapshotAtPeak(const Digest& digest, const Capture& capture, const TraceRows& part, std::stop_token stop) {
    return atPeakOf(part.rows, digest, capture, [&](TraceIndex trace) { return part.has(trace); }, stop);
}

}  // namespace heapprof
