// What is asked of an interval of two instants.
#pragma once

namespace heapprof::gui {

enum class IntervalMode {
    Change,      ///< the later instant's live memory minus the earlier one's, or the other way round
    StillAlive,  ///< allocated in the interval, and alive at its end
    Allocated,   ///< allocated in the interval, freed since or not
    Temporary    ///< allocated in the interval, and freed before it was kTemporaryAge old
};

}  // namespace heapprof::gui
