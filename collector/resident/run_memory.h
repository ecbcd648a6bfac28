// What the recorded processes of a run share, with one another and with their watcher.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

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

/// A mapping of one memory file.
struct RunMemory {
    static constexpr std::size_t kProcesses = 64;
    static constexpr std::uint32_t kBeingStarted = 0xffffffff;

    std::int64_t every;          ///< the longest time between the watcher's readings, ns; 0: there is to be none
    std::int64_t aliveUntil;     ///< until when a watcher without a process waits, ns of CLOCK_MONOTONIC
    std::uint32_t watcher;       ///< process number of the last one; 0: there has been none; or kBeingStarted
    std::uint32_t isUnwatched;   ///< for good: no process of the run is to start one
    std::uint64_t pidNamespace;  ///< inode of /proc/self/ns/pid: process numbers are valid there only
    ByteBudget budget;           ///< of the captures of all these processes
    WatchedProcess processes[kProcesses];
};

/// Where the file is: /proc/PROCESS/fd/DESCRIPTOR.
struct RunPlace {
    std::uint32_t process = 0;
    std::uint32_t descriptor = 0;

    bool operator==(const RunPlace&) const = default;
};

namespace run_memory {

/// For memory that is made anew.
struct Rules {
    std::uint64_t maxBytes = 0;
    std::int64_t residentEvery = 0;  ///< RunMemory::every
    bool isUnwatched = false;        ///< RunMemory::isUnwatched
};

/// From now on this process uses the memory at `place`, or of the same descriptor of its parent, which may have
/// inherited it; where there is none, new memory. Throws std::bad_alloc.
void enter(const std::optional<RunPlace>& place, const Rules& rules);
/// nullptr: it uses none.
RunMemory* get() noexcept;
/// Whether there is the memory of some run.
bool isAt(const RunPlace& place) noexcept;
/// Whether process numbers in it are valid for this process.
bool isOfThisPidNamespace() noexcept;

/// The memory's file; -1: it is not open, be it that the program has closed it or that there is none.
int file() noexcept;
/// To be called when somebody else has it. Does nothing when that is told().
void closeFile() noexcept;
/// Where interpreters that this process starts find it: with the watcher `working`, if that is not 0, or here. Nothing:
/// they cannot.
std::optional<RunPlace> place(std::uint32_t working) noexcept;
/// The memory that place() has said to be here: it and its file stay for good. nullptr: there is none.
RunMemory* told() noexcept;

/// Uses it no more.
void leave() noexcept;

}  // namespace run_memory
}  // namespace heapprof
