#include "core/state/peak.h"

#include <algorithm>
#include <utility>

#include "core/state/replay.h"

namespace heapprof {
namespace {

/// `rows` are the digest's, or those of the traces for which `isMember` holds.
template <typename IsMember>
Peak peakIn(const std::vector<Row>& rows, const Digest& digest, const Capture& capture, IsMember isMember,
            const std::stop_token& stop) {
    const auto highest = std::ranges::max_element(rows, {}, &Row::greatest);
    if (highest == rows.end() || highest->greatest <= 0) return {};
    const auto row = static_cast<std::size_t>(highest - rows.begin());
    const Weights& weights = digest.weights();
    std::int64_t total = row > 0 ? rows[row - 1].bytes : 0;
    std::uint64_t events = digest.startOf(row).events;
    replay(digest, capture, row, row + 1, stop, [&](const Event& event) {
        ++events;
        if (!isMember(event.trace)) return true;
        const std::int64_t bytes = weights.of(event.size).bytes;
        total = event.kind == EventKind::Free ? wrappingSubtract(total, bytes) : wrappingAdd(total, bytes);
        return total < highest->greatest;
    });
    return {{Micros(highest->greatestTime), events}, weights.whole(highest->greatest)};
}

}  // namespace

std::int64_t peakBytes(const Digest& digest) {
    std::int64_t greatest = 0;
    for (const Row& row : digest.rows()) greatest = std::max(greatest, row.greatest);
    return digest.weights().whole(greatest);
}

Peak peakOf(const Digest& digest, const Capture& capture, std::stop_token stop) {
    return peakIn(digest.rows(), digest, capture, [](TraceIndex) { return true; }, stop);
}

Peak peakOf(const Digest& digest, const Capture& capture, const TraceRows& part, std::stop_token stop) {
    return peakIn(part.rows, digest, capture, [&](TraceIndex trace) { return part.has(trace); }, stop);
}

}  // namespace heapprof
