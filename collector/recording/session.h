// One recording, from the moment its files exist until they are closed: what it writes, and what it must know for that.
#pragma once

#include <cstdint>

#include "collector/cpython/thread_names.h"
#include "collector/memory/block_table.h"
#include "collector/memory/mapped_ranges.h"
#include "collector/memory/text_pool.h"
#include "collector/recording/stack_table.h"
#include "collector/resident/resident_readings.h"
#include "collector/sampling/thread_state.h"
#include "collector/system/clock.h"
#include "core/capture/events_v2_writer.h"
#include "core/capture/metadata_writer.h"
#include "core/capture/sampling.h"

namespace heapprof {

/// Belongs to the thread that is inside. None of its functions allocates or throws.
struct Session {
    EventsV2Writer events;
    MetadataWriter metadata;
    StackTable stacks;
    BlockTable blocks;
    MappedRanges ranges;
    TextPool texts{65'536};  // of marks
    UnnamedThreads unnamed;
    std::uint64_t monotonicStart = 0;  // ns of CLOCK_MONOTONIC
    std::uint64_t tick = 0;            // the coarse clock's last one, ns
    std::uint32_t threads = 0;         // that have recorded something
    ResidentReadings resident;
    const Sampling* sampling = nullptr;  // outlives the session

    /// Nothing more can be recorded: a file takes no more, or there is no memory for what must be known.
    bool isBroken() const { return events.lost() > 0 || metadata.error() != 0; }

    /// Since the start, by a clock that may still be a tick behind it.
    Micros elapsed(clockid_t clock) const { return elapsedAt(nanoseconds(clock)); }
    /// What comes next happens now, by the coarse clock, which is read from memory. Before it comes the resident
    /// memory.
    [[gnu::always_inline]] void passTime() {
        const std::uint64_t now = nanoseconds(CLOCK_MONOTONIC_COARSE);
        if (now == tick) [[likely]]
            return;
        tick = now;
        beginTick(elapsedAt(now));
    }

    /// A block of `size` bytes was given out just now, or is about to be given back, or was.
    void blockChanges(std::uint64_t size) {
        if (size >= ResidentReadings::kLarge) [[unlikely]]
            resident.atLargeBlock(events, logBytes());
    }
    /// Resident memory now, whatever it is.
    void readResident();

    /// The calling thread, which has joined the recording: see sampler::join().
    [[gnu::always_inline]] ThreadIndex ownThread() {
        if (t_state.thread == 0) [[unlikely]]
            introduceThread();
        return ThreadIndex(t_state.thread);
    }

    /// A mapping that is remembered, and recorded if it is chosen to be. What of it is in RAM counts from now on: see
    /// FORMAT.md.
    void addMapping(const Mapping& mapping);
    /// All that was known of [address, address + size) is gone, or, with `isStillThere`, about to go. Of a mapping that
    /// reaches beyond, what remains becomes a mapping of its own, recorded as often as it would be by itself, so that
    /// it stands for its own size. Returns how many mappings it met; `last` is one of them.
    std::size_t endMappings(void* address, std::size_t size, bool isStillThere, Mapping& last);

private:
    Micros elapsedAt(std::uint64_t now) const {
        return Micros(now > monotonicStart ? static_cast<std::int64_t>((now - monotonicStart) / 1000) : 0);
    }
    void introduceThread();
    std::uint64_t logBytes() const { return events.residentBytes() + metadata.residentBytes(); }
    void beginTick(Micros now);
    void keepPart(const Mapping& whole, std::uintptr_t begin, std::uintptr_t end);

    // How much of each mapping is in RAM: first found out, then written.
    void look(Mapping& mapping);
    void lookAround(std::uint64_t until);
    void writeFound(Mapping& mapping);
    void writeFound();
    void tellReserved(bool isCertain);

    std::uintptr_t m_lookedAt = 0;   // the mapping that is being looked at
    std::uint64_t m_lookedUpTo = 0;  // in it
    std::uint64_t m_seen = 0;        // pages of it in RAM so far, bytes
    std::uint64_t m_reserved = 0;    // as the log says
    std::uint64_t m_nextLook = 0;    // ns of CLOCK_MONOTONIC
    std::int64_t m_found = 0;        // bytes by which what was found is above what is counted
};

}  // namespace heapprof
