// How resident memory and what was recorded differ.
#pragma once

#include <optional>
#include <stop_token>

#include "core/recording/recording.h"
#include "core/state/timeline.h"

namespace heapprof {

/// The parts add up: resident = recorded + before + freed + rest. All are bytes, none is negative.
struct ResidentGap {
    Instant instant;            ///< when it was read
    std::int64_t resident = 0;  ///< without the profiler's own
    std::int64_t recorded = 0;  ///< live then: snapshotAt()
    std::int64_t before = 0;    ///< resident when the recording began: interpreter, modules
    std::int64_t freed = 0;     ///< was in use earlier and no longer is; the allocators keep it
    std::int64_t rest = 0;      ///< not recorded, or lost between blocks
};

/// At the reading where what was not there before the recording, and is not recorded, is greatest. Unset when less was
/// resident than recorded, or no reading is known. What is read while the program ends counts only where nothing else
/// was read. Reads one bucket's events.
std::optional<ResidentGap> greatestResidentGap(const Recording& recording, const Timeline& timeline,
                                               std::stop_token stop = {});

}  // namespace heapprof
