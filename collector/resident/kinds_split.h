// Tells pages of files from shared memory.
#pragma once

#include <algorithm>
#include <cstdint>

#include "collector/system/clock.h"
#include "core/capture/memory_part.h"

namespace heapprof {

/// /proc/PID/statm has both in one number, in a microsecond. /proc/PID/status has them apart, and takes six times as
/// long: it is asked when that number has changed, for at most one part in kShare of the time. Meanwhile shared memory
/// is taken to be what it was.
class KindsSplit {
public:
    /// Of `fileBacked` bytes at `time`, ns; `readShared` reads the bytes of shared memory. `isCertain`: asks in any
    /// case.
    template <typename ReadShared>
    ResidentKinds of(std::int64_t time, std::uint64_t fileBacked, bool isCertain, ReadShared readShared) {
        if (fileBacked != m_fileBacked && (time >= m_next || isCertain)) {
            const std::uint64_t begin = nanoseconds(CLOCK_MONOTONIC);
            m_shared = readShared();
            m_fileBacked = fileBacked;
            m_next = time + static_cast<std::int64_t>((nanoseconds(CLOCK_MONOTONIC) - begin) * kShare);
        }
        const std::uint64_t shared = std::min(m_shared, fileBacked);
        return {fileBacked - shared, shared};
    }

private:
    static constexpr std::uint64_t kShare = 500;

    std::uint64_t m_fileBacked = ~std::uint64_t{0};  // when it was asked
    std::uint64_t m_shared = 0;
    std::int64_t m_next = 0;
};

}  // namespace heapprof
