#include "core/analysis/peak.h"

#include <algorithm>

#include "core/analysis/replay.h"

namespace heapprof {
namespace {

/// `rows` are the digest's, or those of the traces for which `isMember` holds.
template <typename IsMember>
Snapshot atPeakOf(const std::vector<Row>& rows, const Digest& digest, const Capture& capture, IsMember isMember,
                  const std::stop_token& stop) {
    const auto highest = std::ranges::max_element(rows, {}, &Row::greatest);
    if (highest == rows.end() || highest->greatest <= 0) return {};
    const auto row = static_cast<std::size_t>(highest - rows.begin());
    std::vector<TraceValue> state = digest.stateAfter(row);
    for (std::uint32_t trace = 0; trace < state.size(); ++trace)
        if (!isMember(TraceIndex(trace))) state[trace] = {};

    const Weights& weights = digest.weights();
    std::int64_t total = row > 0 ? rows[row - 1].bytes : 0;
    replay(digest, capture, row, row + 1, stop, [&](const Event& event) {
        if (!isMember(event.trace)) return true;
        TraceValue& value = state[event.trace.value < state.size() ? event.trace.value : 0];
        const TraceValue amount = valueOf(weights.of(event.size));
        const bool isFree = event.kind == EventKind::Free;
        value = isFree ? value - amount : (value += amount);
        total = isFree ? wrappingSubtract(total, amount.bytes) : wrappingAdd(total, amount.bytes);
        return total < highest->greatest;
    });
    return snapshotOf(state, weights, Micros(highest->greatestTime));
}

}  // namespace

Snapshot snapshotAtPeak(const Digest& digest, const Capture& capture, std::stop_token stop) {
    return atPeakOf(digest.rows(), digest, capture, [](TraceIndex) { return true; }, stop);
}

Snapshot snapshotAtPeak(const Digest& digest, const Capture& capture, const TraceRows& part, std::stop_token stop) {
    return atPeakOf(part.rows, digest, capture, [&](TraceIndex trace) { return part.has(trace); }, stop);
}

}  // namespace heapprof
