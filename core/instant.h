// A moment of a recording.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

#include "core/units.h"

namespace heapprof {

/// A position in the event log: after every event with a time of at most `time`, but of these no more than the first
/// `events` of the log. Many events share one microsecond, so a time alone cannot name the peak, which what follows in
/// the same microsecond may end; a count can. Ordered by position within one recording.
struct Instant {
    static constexpr std::uint64_t kAllOfTime = std::numeric_limits<std::uint64_t>::max();

    Micros time;
    std::uint64_t events = kAllOfTime;  ///< kAllOfTime: every event of that time counts

    constexpr Instant() = default;
    /// After all events of that time, which is what a time alone means.
    constexpr Instant(Micros t) : time(t) {}  // NOLINT(google-explicit-constructor)
    /// Before the first event, those at time 0 included.
    static constexpr Instant beginning() { return {Micros(0), 0}; }
    constexpr Instant(Micros t, std::uint64_t count) : time(t), events(count) {}

    constexpr bool isAllOfTime() const { return events == kAllOfTime; }
    constexpr auto operator<=>(const Instant&) const = default;
};

/// Whether an event comes after `instant`: event number `number` of the log, from 0 on, at `time`.
constexpr bool isAfter(Micros time, std::uint64_t number, const Instant& instant) {
    return time > instant.time || number >= instant.events;
}

}  // namespace heapprof
