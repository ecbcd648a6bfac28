// What is asked of an interval of two instants.
#pragma once

#include "core/units.h"

namespace heapprof::gui {

enum class IntervalMode {
    Change,      ///< the later instant's live memory minus the earlier one's, or the other way round
    StillAlive,  ///< allocated in the interval, and alive at its end
    Allocated,   ///< allocated in the interval, freed since or not
    Temporary    ///< allocated in the interval, and freed before it was kTemporaryAge old
};

/// Several ticks of the recorder's clock.
inline constexpr Micros kTemporaryAge{10'000};

}  // namespace heapprof::gui
