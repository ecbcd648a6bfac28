#include "core/state/filtered_rows.h"

#include <algorithm>
#include <span>
#include <utility>

#include "core/recording/event_walk.h"

namespace heapprof {

FilteredRows filteredRows(const Recording& recording, TraceSet traces, FilteredRows known, std::stop_token stop) {
    const std::vector<Row>& all = recording.digest().rows();
    FilteredRows result{std::move(traces), std::move(known.rows)};
    std::vector<Row>& rows = result.rows;
    // The last row of a digest that grows is published before it is full.
    const auto sameEnd = [](const Row& a, const Row& b) { return a.end == b.end; };
    rows.erase(std::mismatch(rows.begin(), rows.end(), all.begin(), all.end(), sameEnd).first, rows.end());
    if (rows.size() == all.size()) return result;

    const Weights& weights = recording.digest().weights();
    Row state;  // totals so far
    if (!rows.empty()) state = rows.back();
    std::size_t at = rows.size();
    std::uint64_t left = 0;  // events of the row
    const auto begin = [&] {
        left = all[at].end.events - recording.digest().startOf(at).events;
        state.end = all[at].end;
        state.firstTime = all[at].firstTime;
        state.greatestTime = recording.digest().startOf(at).time;
        state.least = state.greatest = state.total.bytes;
        state.allocated = 0;
    };
    begin();
    visitRows(recording, at, all.size(), stop, [&](const Event& event) {
        if (result.traces.contains(event.trace)) {
            const Amount change = weights.change(event);
            state.total += change;
            if (event.kind == EventKind::Allocation) state.allocated = wrappingAdd(state.allocated, change.bytes);
        }
        state.least = std::min(state.least, state.total.bytes);
        if (state.total.bytes > state.greatest) {
            state.greatest = state.total.bytes;
            state.greatestTime = event.time.count;
        }
        if (--left > 0) return true;
        rows.push_back(state);
        if (++at < all.size()) begin();
        return true;
    });
    return result;
}

FilteredRows filteredRowEnds(const Recording& recording, TraceSet traces, std::stop_token stop) {
    const Digest& digest = recording.digest();
    std::vector<TraceIndex> members, others;
    for (std::uint32_t trace = 0; trace <= digest.traceCount(); ++trace)
        (traces.contains(TraceIndex(trace)) ? members : others).emplace_back(trace);
    // Of most traces: what the others leave of the total.
    const bool isMost = members.size() > others.size();
    std::vector<std::int64_t> changes(digest.rows().size());
    for (const auto& segment : digest.segments()) {
        if (stop.stop_requested()) break;
        segment->addSeries(isMost ? others : members,
                           std::span(changes).subspan(segment->firstRow(), segment->rowCount()));
    }

    FilteredRows result{std::move(traces), {}};
    result.rows.reserve(changes.size());
    std::int64_t before = 0, sum = 0;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const Row& whole = digest.rows()[i];
        sum = wrappingAdd(sum, changes[i]);
        const std::int64_t bytes = isMost ? wrappingSubtract(whole.total.bytes, sum) : sum;
        Row& row = result.rows.emplace_back();
        row.end = whole.end;
        row.firstTime = whole.firstTime;
        row.greatestTime = bytes > before ? whole.end.time : digest.startOf(i).time;
        row.least = std::min(before, bytes);
        row.greatest = std::max(before, bytes);
        row.total.bytes = before = bytes;
    }
    return result;
}

}  // namespace heapprof
