// The memory of a run: of all its processes together, on one time axis.
#pragma once

#include <span>
#include <stop_token>
#include <vector>

#include "core/state/snapshot.h"
#include "core/state/time_series.h"

namespace heapprof {

/// One process of a run, as CaptureSet finds it, and what is digested of it. When it is being written still, its memory
/// lasts. Otherwise it counts until its recording ended in order, or until its last event when it did not; nothing more
/// is known of it.
struct RunPart {
    Recording recording;
    Micros start;  ///< on the run's time axis
};

/// When the last of all parts ended.
Micros endOf(std::span<const RunPart> parts);

/// The live memory of each part at that time of the run: empty before its start and after its end.
std::vector<Snapshot> snapshotsAt(std::span<const RunPart> parts, Micros time, std::stop_token stop = {});

/// The sum of all parts over [begin, end] of the run's time, as totalOverTime() of one capture. `last` is exact;
/// `least` and `greatest` are bounds: two processes need not have had their greatest memory at the same moment
/// of an interval.
std::vector<TotalStep> totalOverTime(std::span<const RunPart> parts, Micros begin, Micros end, std::size_t steps,
                                     std::stop_token stop = {});

}  // namespace heapprof
