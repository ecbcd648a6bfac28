// One recording while its files are open: the writers, and the tables they need.
#pragma once

#include <cstdint>

#include "collector/cpython/registered_sources.h"
#include "collector/cpython/thread_names.h"
#include "collector/memory/block_table.h"
#include "collector/memory/mapped_index.h"
#include "collector/memory/mapped_map.h"
#include "collector/memory/mapped_ranges.h"
#include "collector/memory/text_pool.h"
#include "collector/recording/open_phases.h"
#include "collector/recording/stack_table.h"
#include "collector/recording/trace_labels.h"
#include "collector/resident/memory_readings.h"
#include "collector/resident/resident_readings.h"
#include "collector/sampling/thread_state.h"
#include "collector/system/clock.h"
#include "core/capture/events_v2_writer.h"
#include "core/capture/metadata_writer.h"
#include "core/capture/sampling.h"

namespace heapprof {

/// Belongs to the holder of the collector's lock. None of its functions allocates or throws.
struct Session {
    EventsV2Writer events;
    MetadataWriter metadata;
    StackTable stacks;
    TraceLabels labels;
    BlockTable blocks;
    MappedRanges ranges;
    TextPool texts{65'536};  // of marks
    OpenPhases phases;
    UnnamedThreads unnamed;
    KnownNames names;
    std::uint64_t monotonicStart = 0;  // ns of CLOCK_MONOTONIC
    std::uint64_t tick = 0;            // the last one of the coarse clock, ns
    std::uint64_t rotation = 0;        // when to go on in new files, ns of CLOCK_MONOTONIC; 0: never
    std::uint32_t threads = 0;         // how many have recorded something
    ResidentReadings resident;
    MemoryReadings memory;
    const SamplingRules* rules = nullptr;  // outlive the session

    /// It is known, and has been said where it must be, that something is missing.
    bool isIncomplete = false;

    /// Nothing more can be recorded: a write failed, or there is no memory for the tables.
    bool isBroken() const { return events.lost() > 0 || metadata.error() != 0; }

    /// Time since the start, by a clock that may be a tick behind.
    Micros elapsed(clockid_t clock) const { return elapsedAt(nanoseconds(clock)); }
    /// To be called before an event is written: sets the log's time by the coarse clock, which is read from memory. In
    /// a new tick, reads resident memory first.
    [[gnu::always_inline]] void passTime() {
        const std::uint64_t now = nanoseconds(kEventClock);
        if (now == tick) [[likely]]
            return;
        tick = now;
        beginTick(elapsedAt(now));
    }

    /// To be called when a block of `size` bytes is allocated, and before and after it is freed.
    void blockChanges(std::uint64_t size) {
        if (size >= ResidentReadings::kLarge) [[unlikely]]
            resident.atLargeBlock(events, logBytes());
    }
    /// Writes an allocation of all that is alive, and the beginnings of open phases, to another log.
    void recordAgain(EventsV2Writer& next);
    /// The log has become one that recordAgain() has begun; times count from `start`. `file` is beside it.
    void goOn(std::uint64_t start, const char* file);

    /// Writes a reading of resident memory, whatever it is, and then the exact time: what was before is earlier.
    void beginInstant();
    /// Reads the rest of where the process has its memory, and writes that.
    void readMemory(bool isCertain, const MemoryReadings::OfAllocator& allocator, PythonMemory* python);

    /// The calling thread. Requires that it has joined the recording: see sampler::join().
    [[gnu::always_inline]] ThreadIndex ownThread() {
        if (t_state.thread == 0) [[unlikely]]
            introduceThread();
        return ThreadIndex(t_state.thread);
    }

    /// The trace of what the calling thread does now. `python`: its own state, or null.
    [[gnu::always_inline]] TraceIndex currentTrace(Domain domain, PyThreadState* python) {
        const ThreadIndex thread = ownThread();
        const bool hasContext = python && python->context;  // a program without any has no labels
        return stacks.current({thread, domain, hasContext ? labels.current(thread, python, metadata) : LabelSetIndex()},
                              python, metadata);
    }

    /// For a thread that holds the GIL and is not recorded meanwhile. Requires that it has joined the recording.
    void askForOwnName();  ///< what the program calls the thread now

    /// Remembers a mapping. Its pages in RAM count from now on, and are recorded if the mapping is: see FORMAT.md.
    void addMapping(const Mapping& mapping);
    /// Ends all mappings in [address, address + size), which has been unmapped or, with `isStillThere`, is about to be.
    /// What remains of a mapping that reaches beyond becomes a mapping of its own. It is recorded with the probability
    /// of its own size. Returns the number of mappings ended; `last` is one of them.
    std::size_t endMappings(void* address, std::size_t size, bool isStillThere, Mapping& last);

    /// Whether the text of this code is to be written: it is in the recording, and its text is not.
    bool wantsSource(std::string_view file) const noexcept;
    void writeSource(const SourcePart& part) noexcept;

private:
    struct FileKey {
        StringIndex file;

        bool operator==(const FileKey&) const = default;
        std::uint64_t hash() const { return mix(file.value); }
    };
    static constexpr std::size_t kMostSources = 16u << 20;

    Micros elapsedAt(std::uint64_t now) const {
        return Micros(now > monotonicStart ? static_cast<std::int64_t>((now - monotonicStart) / 1000) : 0);
    }
    void introduceThread();
    std::uint64_t logBytes() const { return events.residentBytes() + metadata.residentBytes(); }
    void beginTick(Micros now);
    bool keeps(const Mapping& whole, std::uint64_t part) const;
    void keepPart(const Mapping& whole, std::uintptr_t begin, std::uintptr_t end);

    // How much of each mapping is in RAM: first measured, then written.
    void look(Mapping& mapping);
    void lookAround(std::uint64_t until);
    void writeFound(Mapping& mapping);
    void writeFound();
    void tellReserved(bool isCertain);

    MappedArray<char> m_name;            // of a thread, for a moment
    MappedNumbering<FileKey> m_sourced;  // files whose text is written
    std::size_t m_sourceBytes = 0;
    std::uintptr_t m_lookedAt = 0;   // the mapping that is being looked at
    std::uint64_t m_lookedUpTo = 0;  // bytes of it that have been looked at
    std::uint64_t m_seen = 0;        // pages of it in RAM so far, bytes
    std::uint64_t m_reserved = 0;    // as the log says
    std::uint64_t m_nextLook = 0;    // ns of CLOCK_MONOTONIC
    Micros m_nextNaming{};
    std::int64_t m_found = 0;  // bytes by which what was found is above what is counted
};

}  // namespace heapprof
