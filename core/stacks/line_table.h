// Memory per line of code: what it allocated itself, and what was allocated below it.
#pragma once

#include <vector>

#include "core/state/snapshot.h"
#include "core/traces/shown_frames.h"

namespace heapprof {

struct LineUsage {
    LineIndex line;
    Estimate self;        ///< of traces whose innermost shown frame is on the line
    Estimate cumulative;  ///< of traces that pass through the line; a recursive line counts once per trace
};

struct LineTable {
    Measure measure = Measure::ByteCount;  ///< what amounts are compared in
    std::vector<LineUsage> lines;          ///< descending by |cumulative amount|, then by line
    Estimate total;                        ///< of the snapshot, traces without a stack included
    Estimate withoutStack;                 ///< of traces that have no frames to show
};

/// Without the frames that are `hidden`.
LineTable makeLineTable(const Snapshot& snapshot, const TraceTable& traces, const HiddenFrames& hidden = {},
                        Measure measure = Measure::ByteCount);

}  // namespace heapprof
