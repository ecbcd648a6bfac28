// Memory that the process had and nobody recorded.
#pragma once

#include <optional>

#include "core/state/timeline.h"

namespace heapprof {

struct Unrecorded {
    std::int64_t resident = 0;  ///< the program's, at its greatest
    std::int64_t recorded = 0;  ///< the greatest that was recorded
    bool operator==(const Unrecorded&) const = default;
};

/// Whether resident memory rose far above what was recorded: by 50 MiB at least, and by more than half of what it was.
/// `recordedPeak` is peakOf(). What was resident when the recording began is not asked for: no recording knows it.
std::optional<Unrecorded> unrecordedMemory(const Timeline& timeline, std::int64_t recordedPeak);

}  // namespace heapprof
