// What the memory was made of when there was most of it.
#pragma once

#include <stop_token>

#include "core/analysis/snapshot.h"
#include "core/analysis/trace_rows.h"

namespace heapprof {

/// The state right after the event that first reached peakOf(): not yet after the later events of the same time, which
/// snapshotAt() takes in. Its total is the peak's, but for the rounding of each trace to whole bytes where the capture
/// is sampled; the greatest of many estimates is likely to be one that is too great. Empty, at time 0, when no memory
/// was ever in use. Reads one row's events. When `stop` is requested the result is meaningless. Throws FileError when
/// the files vanished.
Snapshot snapshotAtPeak(const Digest& digest, const Capture& capture, std::stop_token stop = {});
/// The same of some of the traces alone; `part` is rowsOf() the same digest.
Snapshot snapshotAtPeak(const Digest& digest, const Capture& capture, const TraceRows& part, std::stop_token stop = {});

}  // namespace heapprof
