#include "collector/resident_readings.h"

#include <algorithm>

#include "collector/clock.h"
#include "collector/own_memory.h"

namespace heapprof {
namespace {

constexpr Micros kSoon(50'000), kAnyway(1'000'000);
constexpr std::uint64_t kJump = std::uint64_t{1} << 20;
constexpr std::uint64_t kJumpShare = 100;
constexpr std::uint64_t kNotice = std::uint64_t{1} << 16;
constexpr unsigned kExtraPerTick = 4;
/// Counting our own pages takes at most this share of the time.
constexpr std::uint64_t kCountShare = 200;

std::uint64_t distance(std::uint64_t a, std::uint64_t b) { return a > b ? a - b : b - a; }

}  // namespace

void ResidentReadings::begin(EventsV2Writer& events) noexcept {
    m_memory.open();
    take(events.time(), events, 0, true);
    m_first = m_latest.bytes - std::min(m_latest.bytes, m_own);
}

void ResidentReadings::atLargeBlock(EventsV2Writer& events, std::uint64_t logBytes) noexcept {
    if (m_extra++ < kExtraPerTick) take(events.time(), events, logBytes, false);
}

void ResidentReadings::atMark(Micros now, EventsV2Writer& events, std::uint64_t logBytes) noexcept {
    take(now, events, logBytes, true);
    writePeak(events);
}

[[gnu::noinline]] void ResidentReadings::take(Micros now, EventsV2Writer& events, std::uint64_t logBytes,
                                              bool isCertain) noexcept {
    if (events.lost() > 0) return;
    const Reading reading{now, m_memory.resident()};
    if (reading.bytes == 0) return;
    if (now > m_latest.time) m_extra = 0;
    countOwn(now, logBytes);
    note(reading, events, isCertain);
    if (now >= m_nextPeak) writePeak(events);
    const std::uint64_t programs = reading.bytes - std::min(reading.bytes, m_own);
    const auto recorded = static_cast<std::uint64_t>(std::max<std::int64_t>(events.liveBytes(), 0));
    const auto above = [this](const Excess& at) { return at.resident - std::min(at.resident, m_first + at.recorded); };
    if (const Excess here{programs, recorded}; above(here) > above(m_excess)) m_excess = here;
}

void ResidentReadings::note(const Reading& reading, EventsV2Writer& events, bool isCertain) noexcept {
    bool isDue = isCertain || !m_written;
    if (m_written) {
        const std::uint64_t change = distance(reading.bytes, m_written->bytes);
        const bool jumps = change >= std::min(kJump, m_written->bytes / kJumpShare);
        // What lies before a jump: the last reading at which memory was as it had been.
        if (jumps && m_latest.time > m_written->time) write(m_latest, events);
        isDue |= jumps || reading.time - m_written->time >= (change >= kNotice ? kSoon : kAnyway);
    }
    if (isDue) write(reading, events);
    m_latest = reading;
}

void ResidentReadings::write(const Reading& reading, EventsV2Writer& events) noexcept {
    events.setTime(reading.time);
    events.resident(reading.bytes, std::min(m_own, reading.bytes));
    m_written = reading;
}

void ResidentReadings::countOwn(Micros now, std::uint64_t logBytes) noexcept {
    if (now >= m_nextCount) {
        const std::uint64_t begin = nanoseconds(CLOCK_MONOTONIC);
        m_ownTables = own_memory::residentBytes();
        const std::uint64_t took = (nanoseconds(CLOCK_MONOTONIC) - begin) / 1000;
        m_nextCount = now + Micros(static_cast<std::int64_t>(std::max<std::uint64_t>(took * kCountShare, 1)));
    }
    m_own = m_ownTables + logBytes;
}

void ResidentReadings::writePeak(EventsV2Writer& events) noexcept {
    m_nextPeak = events.time() + kAnyway;
    const std::uint64_t peak = m_memory.peak();
    if (peak > m_peak) events.residentPeak(peak);
    m_peak = std::max(m_peak, peak);
}

}  // namespace heapprof
