// The system's clocks, as one number.
#pragma once

#include <time.h>

#include <cstdint>

namespace heapprof {

/// The clock that allocations and frees are recorded by. It is read from memory, and ticks every few milliseconds.
inline constexpr clockid_t kEventClock = CLOCK_MONOTONIC_COARSE;

/// How long a tick of the clock takes, in nanoseconds; 0 when the system does not tell.
inline std::uint64_t tickOf(clockid_t clock) {
    timespec tick{};
    clock_getres(clock, &tick);
    return static_cast<std::uint64_t>(tick.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(tick.tv_nsec);
}

inline std::uint64_t nanoseconds(clockid_t clock) {
    timespec now;
    clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace heapprof
