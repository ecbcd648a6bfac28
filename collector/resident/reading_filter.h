// Selects the readings of resident memory that are written.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "core/capture/memory_part.h"

namespace heapprof {

struct ResidentReading {
    std::int64_t time = 0;    ///< ns
    std::uint64_t bytes = 0;  ///< of the process, the profiler included
    ResidentKinds kinds{};    ///< what they consist of
};

/// Straight lines between written readings differ from all readings by less than 1 % or 1 MiB: a reading that differs
/// by more is written, together with the one before, so that both sides of a jump are. Smaller changes are written
/// after 50 ms, unchanged memory after a second.
class ReadingFilter {
public:
    /// Calls `write` for the readings to be written now: `reading` itself if `isCertain`. `patience` multiplies the
    /// times above.
    template <typename Write>
    void note(const ResidentReading& reading, bool isCertain, std::int64_t patience, Write write) {
        constexpr std::int64_t kSoon = 50'000'000, kAnyway = 1'000'000'000;
        constexpr std::uint64_t kJump = std::uint64_t{1} << 20, kJumpShare = 100, kNotice = std::uint64_t{1} << 16;
        bool isDue = isCertain || !m_written;
        if (m_written) {
            const std::uint64_t before = m_written->bytes;
            const std::uint64_t change = std::max(reading.bytes, before) - std::min(reading.bytes, before);
            const bool jumps = change >= std::min(kJump, before / kJumpShare);
            if (jumps && m_latest.time > m_written->time) write(m_latest);
            isDue |= jumps || reading.time - m_written->time >= (change >= kNotice ? kSoon : kAnyway) * patience;
        }
        if (isDue) {
            write(reading);
            m_written = reading;
        }
        m_latest = reading;
    }

private:
    std::optional<ResidentReading> m_written;
    ResidentReading m_latest;
};

}  // namespace heapprof
