// What to look at first in a recording: a few facts, each with the line of code behind most of it.
#pragma once

#include <optional>
#include <stop_token>
#include <vector>

#include "core/recording/recording.h"
#include "core/state/estimate.h"
#include "core/state/resident_gap.h"

namespace heapprof {

struct Finding {
    enum class Kind {
        Peak,       ///< the most memory there was; `from` and `to` are its instant
        Growth,     ///< a line whose memory (TraceGrouping::OwnLine) grows steadily from `from` to `to`, 10 s at least;
                    ///< `total` is what it grew by
        LeftOver,   ///< allocated after the first tenth of the time, and alive at the end
        Churn,      ///< all that was allocated
        Temporary,  ///< allocated and freed before it was kTemporaryAge old
        Resident,   ///< resident memory far above what is recorded; `gap` says how it comes about
    };
    Kind kind = Kind::Peak;
    Instant from, to;
    Estimate total;
    /// The line behind most of it, and how much passed through it: see Attribution.
    std::optional<LineIndex> line;
    Estimate ofLine;
    /// The line of a library that allocated most of that, and how much: see Attribution.
    std::optional<LineIndex> library;
    Estimate ofLibrary;
    /// Growth only: bytes per second, and the least that it is in about 39 of 40 cases.
    double slope = 0;
    double slopeLowerBound = 0;
    ResidentGap gap;  ///< Resident only
};

/// In the order in which they are worth a look; findings too small to matter are left out, as are those that the log
/// cannot tell (version 1). Reads every event twice at the most. `timeline` is the capture's: without it nothing is
/// known of resident memory.
std::vector<Finding> findings(const Recording& recording, const Timeline& timeline = {}, std::stop_token stop = {});

}  // namespace heapprof
