#include "core/state/trace_rows.h"

#include <algorithm>

#include "core/state/replay.h"

namespace heapprof {

TraceRows rowsOf(const Digest& digest, const Capture& capture, std::vector<bool> isMember, TraceRows known,
                 std::stop_token stop) {
    const std::vector<Row>& all = digest.rows();
    TraceRows result{std::move(isMember), std::move(known.rows)};
    std::vector<Row>& rows = result.rows;
    // The last row of a digest that grows is published before it is full.
    const auto sameEnd = [](const Row& a, const Row& b) { return a.end == b.end; };
    rows.erase(std::mismatch(rows.begin(), rows.end(), all.begin(), all.end(), sameEnd).first, rows.end());
    if (rows.size() == all.size()) return result;

    const Weights& weights = digest.weights();
    Row state;  // totals so far
    if (!rows.empty()) state = rows.back();
    std::size_t at = rows.size();
    std::uint64_t left = 0;  // events of the row
    const auto begin = [&] {
        left = all[at].end.events - digest.startOf(at).events;
        state.end = all[at].end;
        state.firstTime = all[at].firstTime;
        state.greatestTime = digest.startOf(at).time;
        state.least = state.greatest = state.bytes;
        state.allocated = 0;
    };
    begin();
    replay(digest, capture, at, all.size(), stop, [&](const Event& event) {
        if (result.has(event.trace)) {
            const Weight weight = weights.of(event.size);
            const TraceValue amount{weight.bytes, weight.blocks, weight.bytesVariance, weight.blocksVariance};
            TraceValue total{state.bytes, state.blocks, state.bytesVariance, state.blocksVariance};
            const bool isFree = event.kind == EventKind::Free;
            total = isFree ? total - amount : (total += amount);
            state.bytes = total.bytes;
            state.blocks = total.blocks;
            state.bytesVariance = total.bytesVariance;
            state.blocksVariance = total.blocksVariance;
            if (!isFree) state.allocated = wrappingAdd(state.allocated, amount.bytes);
        }
        state.least = std::min(state.least, state.bytes);
        if (state.bytes > state.greatest) {
            state.greatest = state.bytes;
            state.greatestTime = event.time.count;
        }
        if (--left > 0) return true;
        rows.push_back(state);
        if (++at < all.size()) begin();
        return true;
    });
    return result;
}

}  // namespace heapprof
