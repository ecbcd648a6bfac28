// Reads resident memory and writes the readings.
#pragma once

#include <algorithm>
#include <cstdint>

#include "collector/resident/kinds_split.h"
#include "collector/resident/reading_filter.h"
#include "collector/resident/run_memory.h"
#include "collector/system/process_memory.h"
#include "core/capture/events_v2_writer.h"

namespace heapprof {

/// Reads at every tick of the coarse clock in which something is recorded (every few milliseconds, at one microsecond
/// each), and when a large block is allocated or freed. Adds the watcher's readings. Writes those that a ReadingFilter
/// selects, in the order in which they were read and each with the time at which it was; the log's time, which is a
/// tick behind, moves on to it. The owner locks. Nothing allocates or throws.
class ResidentReadings {
public:
    /// The process's memory and what was recorded of it, the maximum of each: an allocator may keep freed memory.
    struct Excess {
        std::uint64_t resident = 0;  ///< without the profiler
        std::uint64_t recorded = 0;  ///< estimated live bytes
        std::uint64_t latest = 0;    ///< resident without the profiler, at the last reading
        std::uint64_t atStart = 0;   ///< resident when the recording began, of which nothing is recorded
        std::uint64_t bytes() const { return resident - std::min(resident, atStart + recorded); }
        /// As unrecordedMemory() in core/state has it.
        bool isLarge() const { return bytes() >= kLargeExcess && bytes() > resident / 2; }
    };

    /// To be called for a log that has just been created in this process and began at `start`, ns of CLOCK_MONOTONIC.
    /// `watched` is null when there is no watcher.
    void begin(EventsV2Writer& events, std::uint64_t start, WatchedProcess* watched) noexcept;

    /// The log has been replaced by a new one that began at `start`.
    void continueIn(EventsV2Writer& events, std::uint64_t start) noexcept;

    /// Takes the watcher's readings. At the reading where the process's memory rose by `growth` (fell, when that is
    /// negative) and has stayed there until now, calls `write`, which may write events of that time. Does not call it
    /// when there is no such reading.
    template <typename Write>
    void drain(Micros now, EventsV2Writer& events, std::uint64_t logBytes, std::int64_t growth, Write write) noexcept {
        if (!m_watched || events.lost() > 0 || m_watched->isEmpty()) return;
        const OwnRange own = countOwn(now, logBytes);
        std::size_t count = 0, jump = 0;
        if (growth != 0) {
            const std::int64_t level = static_cast<std::int64_t>(m_memory.sizes().resident) - growth / 2;
            m_watched->look([&](const ResidentReading& reading) {
                const auto bytes = static_cast<std::int64_t>(reading.bytes);
                ++count;
                if (growth > 0 ? bytes < level : bytes > level) jump = count;
            });
        }
        std::size_t at = 0;
        m_watched->drain([&](const ResidentReading& stored) {
            const ResidentReading reading{std::max<std::int64_t>(stored.time - m_start, 0), stored.bytes, stored.kinds};
            if (growth != 0 && at++ == jump) {
                events.setTime(Micros(reading.time / 1000));
                write();
            }
            // Our own readings are not stored between the watcher's. One that was read before the last of ours comes
            // too late: the filter has gone on.
            if (reading.time < m_latest) return;
            // How much was ours at that time is not known: assume that the program's part has not changed.
            const std::uint64_t rest = std::min(m_excess.latest, reading.bytes);
            note(reading, std::clamp(reading.bytes - rest, own.min, own.max), events, false);
        });
    }

    /// To be called in a new tick, which began at `now`: reads, and sets the log's time to `now` unless it is later.
    void passTime(Micros now, EventsV2Writer& events, std::uint64_t logBytes) noexcept {
        m_extra = 0;
        take(events, logBytes, false);
        events.setTime(now);
    }
    /// Reads because of a large block that is allocated or freed: some times in every tick.
    void atLargeBlock(EventsV2Writer& events, std::uint64_t logBytes) noexcept;
    /// Writes a reading in any case, and the kernel's high-water mark.
    void atMark(EventsV2Writer& events, std::uint64_t logBytes) noexcept;

    /// Writes a reading in any case.
    void atReading(EventsV2Writer& events, std::uint64_t logBytes) noexcept { take(events, logBytes, true); }

    /// Bytes of the profiler's tables, as they were counted last.
    std::uint64_t ownTables() const { return m_ownTables; }
    const Excess& excess() const { return m_excess; }
    /// See ProcessMemory.
    std::uint64_t filters() noexcept { return m_memory.filters(); }

    static constexpr std::uint64_t kLargeExcess = 50u << 20;
    static constexpr std::uint64_t kLarge = std::uint64_t{1} << 20;

private:
    void take(EventsV2Writer& events, std::uint64_t logBytes, bool isCertain) noexcept;
    /// How much may have been the profiler's own since the last count.
    struct OwnRange {
        std::uint64_t min, max;
    };
    OwnRange countOwn(Micros now, std::uint64_t logBytes) noexcept;
    void note(const ResidentReading& reading, std::uint64_t own, EventsV2Writer& events, bool isCertain) noexcept;
    void writePeak(EventsV2Writer& events) noexcept;

    ProcessMemory m_memory;
    WatchedProcess* m_watched = nullptr;
    std::int64_t m_start = 0;  // ns of CLOCK_MONOTONIC
    ReadingFilter m_filter;
    KindsSplit m_kinds;
    std::int64_t m_latest = 0;  // time of our own last reading, ns since the start
    Excess m_excess;
    std::uint64_t m_ownTables = 0, m_own = 0;  // the second with the log
    std::uint64_t m_notedOwn = 0;              // of the reading noted last
    Micros m_nextCount;                        // of m_ownTables
    std::uint32_t m_changes = 0;               // own_memory::changes() then
    Micros m_nextPeak;
    std::uint64_t m_peak = 0;
    unsigned m_extra = 0;  // readings within this tick, because of large blocks
};

}  // namespace heapprof
