#include "collector/resident/resident_readings.h"

#include <algorithm>

#include "collector/memory/own_memory.h"
#include "collector/system/clock.h"

namespace heapprof {
namespace {

constexpr Micros kPeakEvery(1'000'000);
constexpr unsigned kExtraPerTick = 4;
/// Counting our own pages takes at most one part in kCountShare of the time.
constexpr std::uint64_t kCountShare = 200;

}  // namespace

void ResidentReadings::begin(EventsV2Writer& events, std::uint64_t start, WatchedProcess* watched) noexcept {
    m_start = static_cast<std::int64_t>(start);
    m_watched = watched;
    m_memory.open();
    take(events, 0, true);
}

void ResidentReadings::continueIn(EventsV2Writer& events, std::uint64_t start) noexcept {
    m_start = static_cast<std::int64_t>(start);
    m_latest = 0;
    m_filter = {};
    m_kinds = {};
    m_nextCount = m_nextPeak = {};
    m_peak = 0;
    take(events, 0, true);
}

void ResidentReadings::atLargeBlock(EventsV2Writer& events, std::uint64_t logBytes) noexcept {
    if (m_extra++ < kExtraPerTick) take(events, logBytes, false);
}

void ResidentReadings::atMark(EventsV2Writer& events, std::uint64_t logBytes) noexcept {
    m_extra = 0;
    take(events, logBytes, true);
    writePeak(events);
}

[[gnu::noinline]] void ResidentReadings::take(EventsV2Writer& events, std::uint64_t logBytes, bool isCertain) noexcept {
    if (events.lost() > 0) return;
    const proc_text::Sizes sizes = m_memory.sizes();
    if (sizes.resident == 0) return;
    // Not the log's time, which is a tick behind or more: the watcher may have read in between. The clock is asked
    // after the reading, so that whatever the watcher reads from this time on is newer.
    m_latest = std::max<std::int64_t>(static_cast<std::int64_t>(nanoseconds(CLOCK_MONOTONIC)) - m_start, 0);
    const Micros now(m_latest / 1000);
    countOwn(now, logBytes);
    const ResidentKinds kinds =
        m_kinds.of(m_latest, sizes.fileBacked, isCertain, [this] { return m_memory.sharedMemory(); });
    note({m_latest, sizes.resident, kinds}, m_own, events, isCertain);
    if (now >= m_nextPeak) writePeak(events);
}

void ResidentReadings::note(const ResidentReading& reading, std::uint64_t own, EventsV2Writer& events,
                            bool isCertain) noexcept {
    own = std::min(own, reading.bytes);
    m_filter.note(reading, isCertain, 1, [&](const ResidentReading& each) {
        events.setTime(Micros(each.time / 1000));
        events.resident(each.bytes, &each == &reading ? own : m_notedOwn, each.kinds);
    });
    m_notedOwn = own;
    m_excess.latest = reading.bytes - own;
    if (m_excess.atStart == 0) m_excess.atStart = m_excess.latest;
    m_excess.resident = std::max(m_excess.resident, m_excess.latest);
    m_excess.recorded =
        std::max(m_excess.recorded, static_cast<std::uint64_t>(std::max<std::int64_t>(events.liveBytes(), 0)));
}

ResidentReadings::OwnRange ResidentReadings::countOwn(Micros now, std::uint64_t logBytes) noexcept {
    const std::uint64_t before = m_own;
    const std::uint32_t changes = own_memory::changes();
    const bool hasMoved = changes != m_changes;
    // A table that grows gets a new mapping of twice the size.
    if (now >= m_nextCount || hasMoved) {
        const std::uint64_t begin = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
        m_changes = changes;
        m_ownTables = own_memory::residentBytes();
        const std::uint64_t took = (nanoseconds(CLOCK_THREAD_CPUTIME_ID) - begin) / 1000;
        m_nextCount = now + Micros(static_cast<std::int64_t>(std::max<std::uint64_t>(took * kCountShare, 1)));
    }
    m_own = m_ownTables + logBytes;
    // While a table is being moved there are two of it.
    return {std::min(before, m_own), hasMoved ? before + m_own : std::max(before, m_own)};
}

void ResidentReadings::writePeak(EventsV2Writer& events) noexcept {
    m_nextPeak = events.time() + kPeakEvery;
    const std::uint64_t peak = m_memory.peak();
    if (peak > m_peak) events.residentPeak(peak);
    m_peak = std::max(m_peak, peak);
}

}  // namespace heapprof
