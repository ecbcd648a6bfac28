// Reads where the process has its memory, and writes it to the log.
#pragma once

#include <cstdint>
#include <optional>

#include "collector/resident/c_allocator.h"
#include "collector/resident/page_map.h"
#include "collector/resident/python_memory.h"
#include "core/capture/events_v2_writer.h"

namespace heapprof {

/// Of one recording. The owner locks. Nothing allocates or throws.
///
/// A reading takes half a millisecond in a small process. They follow each other in 40 ms or more, and so much
/// later that they take at most one part in 200 of it as CPU time; what walks through free blocks or mappings may have
/// one in 500, and where it would keep other threads from allocating for long, much less. When memory has changed by
/// some per cent, mappings are read with any reading. Marks may ask for one in 20.
class MemoryReadings {
public:
    MemoryReadings() = default;
    MemoryReadings(const MemoryReadings&) = delete;
    MemoryReadings& operator=(const MemoryReadings&) = delete;

    /// To be called for a log that has just been created in this process, beside `file`. The first reading is due a
    /// little later: many children live for a moment only.
    void begin(const char* file) noexcept;
    ~MemoryReadings();

    /// Times are ns of CLOCK_MONOTONIC.
    bool isDue(std::uint64_t now) const noexcept { return now >= m_next; }
    bool isDueAtMark(std::uint64_t now) const noexcept { return now >= m_nextAtMark; }

    /// The first part of a reading, made where c_allocator::read() may be called.
    struct OfAllocator {
        std::optional<c_allocator::Amounts> amounts;
        std::uint64_t took = 0;  ///< ns of CPU time
    };
    /// Without the lock, and with the GIL. `isDue`: mallocIsDue().
    static OfAllocator readAllocator(bool isDue) noexcept;
    bool mallocIsDue(std::uint64_t now) const noexcept { return now >= m_nextMalloc; }

    /// Reads the rest and writes all. `resident` is the program's memory now. `python` is null where Python's allocator
    /// is not known. `ownTables` and `ownLog` are bytes of the profiler.
    /// `isCertain`: also what is not due.
    void write(bool isCertain, std::uint64_t resident, const OfAllocator& allocator, PythonMemory* python,
               std::uint64_t ownTables, std::uint64_t ownLog, EventsV2Writer& events) noexcept;

private:
    PageMap m_map;
    KeptDescriptor m_memory;
    bool m_isLogInMemory = false;  // on tmpfs
    std::uint64_t m_next = 0, m_nextAtMark = 0, m_nextMap = 0, m_nextMalloc = 0;
    std::uint64_t m_residentAtMap = 0;  // when mappings were read last
};

}  // namespace heapprof
