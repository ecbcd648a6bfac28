// Shared memory of recorded processes and their watcher: a mapping of one memory file, which is the watcher's
// descriptor 0.
#pragma once

#include <cstddef>
#include <cstdint>

#include "collector/resident/reading_filter.h"
#include "core/bytes/byte_budget.h"

namespace heapprof {

/// A slot for one process, with the readings that it has not taken yet. The other side may be malicious: neither trusts
/// a number that it finds here.
struct WatchedProcess {
    static constexpr std::uint32_t kFree = 0, kReleased = 0xffffffff;
    static constexpr std::uint32_t kReadings = 1024;

    std::uint32_t pid;   ///< set by the process, which leaves kReleased; then freed by the watcher
    std::uint32_t head;  ///< readings ever stored, by the watcher
    std::uint32_t tail;  ///< readings ever taken, by the process
    std::uint32_t unused;
    ResidentReading readings[kReadings];  ///< number n is at n % kReadings; times are those of CLOCK_MONOTONIC

    /// For the process: whether it has taken all readings.
    bool isEmpty() const { return __atomic_load_n(&head, __ATOMIC_ACQUIRE) == tail; }
    /// Calls `each` for all readings, oldest first.
    template <typename Each>
    void look(Each each) const {
        const std::uint32_t end = __atomic_load_n(&head, __ATOMIC_ACQUIRE);
        if (end - tail > kReadings) return;
        for (std::uint32_t at = tail; at != end; ++at) each(readings[at % kReadings]);
    }
    /// Removes all readings and calls `take` for them, oldest first.
    template <typename Take>
    void drain(Take take) {
        const std::uint32_t end = __atomic_load_n(&head, __ATOMIC_ACQUIRE);
        if (end - tail > kReadings) __atomic_store_n(&tail, end, __ATOMIC_RELAXED);
        for (std::uint32_t at = tail; at != end; ++at) take(readings[at % kReadings]);
        __atomic_store_n(&tail, end, __ATOMIC_RELEASE);
    }

    /// For the watcher: how many readings may be stored.
    std::uint32_t room() const {
        const std::uint32_t used = head - __atomic_load_n(&tail, __ATOMIC_ACQUIRE);
        return used < kReadings ? kReadings - used : 0;
    }
    void store(const ResidentReading& reading) {
        readings[head % kReadings] = reading;
        __atomic_store_n(&head, head + 1, __ATOMIC_RELEASE);
    }
};

struct Watched {
    static constexpr std::size_t kProcesses = 64;

    std::int64_t every;       ///< the longest time between readings, ns
    std::int64_t aliveUntil;  ///< until when a watcher without a process waits, ns of CLOCK_MONOTONIC
    std::uint32_t watcher;    ///< its process number
    std::uint32_t unused;
    std::uint64_t pidNamespace;  ///< inode of /proc/self/ns/pid: process numbers are valid there only
    ByteBudget budget;           ///< of the captures of all these processes
    WatchedProcess processes[kProcesses];
};

}  // namespace heapprof
