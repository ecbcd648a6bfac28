// What becomes of the blocks of a stretch of time, one by one.
#pragma once

#include <algorithm>
#include <stop_token>

#include "core/blocks/turnover.h"
#include "core/recording/recording.h"
#include "core/recording/replay.h"

namespace heapprof {

/// The digest's rows that may hold events of (from, until]: numbers `first` to `end` - 1, none when `end` <= `first`.
struct RowRange {
    std::size_t first = 0;
    std::size_t end = 0;

    static RowRange of(const Recording& recording, Instant from, Instant until) {
        return {recording.digest().rowsUpTo(from),
                std::min(recording.digest().rowsUpTo(until) + 1, recording.digest().rows().size())};
    }
};

/// Calls visit(event, number) for each event of (from, until], in order; `number` is its place in the log, from 0 on.
template <typename Visit>
void scanEvents(const Recording& recording, Instant from, Instant until, const std::stop_token& stop, Visit&& visit) {
    const RowRange rows = RowRange::of(recording, from, until);
    if (rows.first >= rows.end) return;
    std::uint64_t number = recording.digest().startOf(rows.first).events;
    replay(recording, rows.first, rows.end, stop, [&](const Event& event) {
        const std::uint64_t own = number++;
        if (isAfter(event.time, own, until)) return false;
        return !isAfter(event.time, own, from) || visit(event, own);
    });
}

/// Of the blocks allocated in (from, to] calls allocated(event, ordinal) for each and freed(event, ordinal) for each
/// that is freed by `until`, the ordinal being the block's number among all allocations after `from`, from 1 on; for
/// those allocated by `from` and freed since, olderFreed(event). False when the log does not tell which block a free
/// ends, so that the calls mean nothing.
template <typename Allocated, typename Freed, typename OlderFreed>
bool scanBlocks(const Recording& recording, const TurnoverTimes& times, const std::stop_token& stop,
                Allocated&& allocated, Freed&& freed, OlderFreed&& olderFreed) {
    std::uint64_t allocations = 0;  // since `from`
    std::uint64_t asked = 0;        // of these, up to `to`
    bool known = true;
    scanEvents(recording, times.from, times.until, stop, [&](const Event& event, std::uint64_t number) {
        if (event.kind == EventKind::Allocation) {
            ++allocations;
            if (isAfter(event.time, number, times.to)) return true;
            asked = allocations;
            allocated(event, allocations);
        } else if (event.age == Event::kUnknownAge) {
            known = false;
        } else if (event.age >= allocations) {
            olderFreed(event);
        } else if (allocations - event.age <= asked) {
            freed(event, allocations - event.age);
        }
        return known;
    });
    return known;
}

}  // namespace heapprof
