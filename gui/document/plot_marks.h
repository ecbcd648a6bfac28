// What the time plot draws beside curves of memory: the part of a timeline in sight, as fine as it can be seen.
#pragma once

#include <vector>

#include "core/analysis/timeline.h"

namespace heapprof::gui {

struct PlotMarks {
    /// Collections that ended within one step of the plot.
    struct Collections {
        Micros time;  ///< of the last one's end
        std::uint32_t count = 0;
        std::uint32_t generation = 0;  ///< the oldest of them
        Micros duration;               ///< of all together
    };
    /// Of each step the greatest; at the borders of what is in sight on the straight line to the next sample outside.
    std::vector<Timeline::Resident> resident;
    std::vector<Timeline::Instant> instants;
    std::vector<Timeline::Phase> phases;  ///< those that reach into sight
    std::vector<Timeline::Pause> pauses;  ///< the same
    std::vector<Collections> collections;
    std::vector<Timeline::Loss> losses;
    // Of the whole timeline, so that a plot does not change its shape as it is moved:
    std::uint32_t lanes = 0;  ///< of phases
    bool hasInstants = false;
    bool hasResident = false;
};

/// Of [begin, end], which is not empty, in `steps` > 0 steps.
PlotMarks plotMarks(const Timeline& timeline, Micros begin, Micros end, std::size_t steps);

}  // namespace heapprof::gui
