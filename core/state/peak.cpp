#include "core/state/peak.h"

#include <algorithm>
#include <utility>

#include "core/recording/event_walk.h"

namespace heapprof {
namespace {

/// `rows` are the digest's, or those of the traces for which `contains` is true.
template <typename Contains>
Peak peakIn(const Recording& recording, const std::vector<Row>& rows, Contains contains, const std::stop_token& stop) {
    const auto highest = std::ranges::max_element(rows, {}, &Row::greatest);
    if (highest == rows.end() || highest->greatest <= 0) return {};
    const auto row = static_cast<std::size_t>(highest - rows.begin());
    const Weights& weights = recording.digest().weights();
    std::int64_t total = row > 0 ? rows[row - 1].total.bytes : 0;
    std::uint64_t events = recording.digest().startOf(row).events;
    visitRows(recording, row, row + 1, stop, [&](const Event& event) {
        ++events;
        if (!contains(event.trace)) return true;
        total = wrappingAdd(total, weights.change(event).bytes);
        return total < highest->greatest;
    });
    return {{Micros(highest->greatestTime), events}, weights.whole(highest->greatest)};
}

}  // namespace

std::int64_t peakBytes(const Recording& recording) {
    std::int64_t greatest = 0;
    for (const Row& row : recording.digest().rows()) greatest = std::max(greatest, row.greatest);
    return recording.digest().weights().whole(greatest);
}

Peak peakOf(const Recording& recording, const TraceSet& traces, std::stop_token stop) {
    if (traces.isAll()) return peakIn(recording, recording.digest().rows(), [](TraceIndex) { return true; }, stop);
    return peakOf(recording, filteredRows(recording, traces, {}, stop), stop);
}

Peak peakOf(const Recording& recording, const FilteredRows& part, std::stop_token stop) {
    return peakIn(recording, part.rows, [&](TraceIndex trace) { return part.traces.contains(trace); }, stop);
}

}  // namespace heapprof
