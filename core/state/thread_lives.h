// When the threads of a recording were seen: no capture says when a thread begins and ends, but its allocations do.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "core/instant.h"
#include "core/recording/recording.h"

namespace heapprof {

struct ThreadLife {
    ThreadIndex thread;
    Instant begin;                  ///< right before its first recorded allocation
    Instant end;                    ///< right after its last one
    std::uint64_t allocations = 0;  ///< recorded ones, in (begin, end]

    bool operator==(const ThreadLife&) const = default;
};

/// Of every thread that allocated anything that was recorded, as far as has been digested, by `begin`. Reads all events
/// once.
std::vector<ThreadLife> threadLives(const Recording& recording, std::stop_token stop);

}  // namespace heapprof
