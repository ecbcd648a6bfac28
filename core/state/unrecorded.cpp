#include "core/state/unrecorded.h"

#include <algorithm>

namespace heapprof {

std::optional<Unrecorded> unrecordedMemory(const Timeline& timeline, std::int64_t recordedPeak) {
    constexpr std::int64_t kLeast = 50 << 20;
    if (timeline.resident.empty()) return std::nullopt;
    const std::int64_t greatest = std::ranges::max(timeline.resident, {}, &Timeline::Resident::bytes).bytes;
    const std::int64_t excess = greatest - timeline.resident.front().bytes - std::max<std::int64_t>(recordedPeak, 0);
    if (excess < kLeast || excess <= greatest / 2) return std::nullopt;
    return Unrecorded{greatest, recordedPeak};
}

}  // namespace heapprof
