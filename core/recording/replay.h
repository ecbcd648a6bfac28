// The events of a row of a digest, or of several, one by one: what lies between two of its states.
#pragma once

#include <algorithm>
#include <stop_token>

#include "core/bytes/error.h"
#include "core/capture/capture.h"
#include "core/capture/event_loop.h"
#include "core/digest/digest.h"
#include "core/instant.h"
#include "core/recording/recording.h"

namespace heapprof {

inline constexpr std::uint64_t kEventsPerStop = 4096;  // how many events pass until `stop` is looked at again

/// As visitEvents(), for `count` events from `start` on, where the reader is. Stops early when `stop` is requested, or
/// some time after `isDone()` became true. Throws FileError when the log does not hold them any more.
template <typename Visit, typename IsDone>
void visitEventsFrom(const EventPosition& start, std::uint64_t count, EventReader& reader, const Recording& recording,
                     const std::stop_token& stop, Visit& visit, IsDone isDone) {
    for (std::uint64_t left = count; left > 0 && !isDone() && !stop.stop_requested();) {
        const std::size_t visited =
            visitEvents(reader, static_cast<std::size_t>(std::min<std::uint64_t>(left, kEventsPerStop)), visit);
        if (visited == 0)
            throw FileError(FileError::Kind::Damaged, recording.capture().eventsPath().string(),
                            "is shorter than when it was digested: what happened in there is lost", start.offset);
        left -= visited;
    }
}

/// As visitEventsFrom(), for all events of the digest's rows number `first` to `end` - 1, of which there is at least
/// one.
template <typename Visit, typename IsDone>
void replayInto(const Recording& recording, std::size_t first, std::size_t end, const std::stop_token& stop,
                Visit& visit, IsDone isDone) {
    const EventPosition start = recording.digest().startOf(first);
    const std::unique_ptr<EventReader> reader = recording.capture().events();
    if (first > 0) reader->seek(start);
    const std::uint64_t events = recording.digest().rows()[end - 1].end.events - start.events;
    visitEventsFrom(start, events, *reader, recording, stop, visit, isDone);
}

/// Calls `visit` for each event of those rows, in order, until it returns false or `stop` is requested.
template <typename Visit>
void replay(const Recording& recording, std::size_t first, std::size_t end, const std::stop_token& stop,
            Visit&& visit) {
    bool goesOn = true;
    const auto visitWhileItGoesOn = [&](const Event& event) { goesOn = goesOn && visit(event); };
    replayInto(recording, first, end, stop, visitWhileItGoesOn, [&] { return !goesOn; });
}

/// Whether events of row number `row` lie before `instant`, or may: rows that follow have none.
inline bool reachesInto(const Recording& recording, std::size_t row, Instant instant) {
    return row < recording.digest().rows().size() &&
           !isAfter(Micros(recording.digest().rows()[row].firstTime), recording.digest().startOf(row).events, instant);
}

/// Calls `visit` for each event of row number `row` up to `instant`, in order.
template <typename Visit>
void replayUpTo(const Recording& recording, std::size_t row, Instant instant, const std::stop_token& stop,
                Visit&& visit) {
    std::uint64_t number = recording.digest().startOf(row).events;
    replay(recording, row, row + 1, stop, [&](const Event& event) {
        if (isAfter(event.time, number++, instant)) return false;
        visit(event);
        return true;
    });
}

}  // namespace heapprof
