#include "core/state/unrecorded.h"

#include <algorithm>

namespace heapprof {

std::optional<Unrecorded> unrecordedMemory(const Timeline& timeline, std::int64_t recordedPeak) {
    constexpr std::int64_t kMin = 50 << 20;
    if (timeline.resident.empty()) return std::nullopt;
    const std::int64_t max = std::ranges::max(timeline.resident, {}, &Timeline::Resident::bytes).bytes;
    const std::int64_t excess = max - timeline.resident.front().bytes - std::max<std::int64_t>(recordedPeak, 0);
    if (excess < kMin || excess <= max / 2) return std::nullopt;
    return Unrecorded{max, recordedPeak};
}

}  // namespace heapprof
