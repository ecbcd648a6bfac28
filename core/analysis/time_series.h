// Memory over time: of the whole program, of some of its traces, or of those through chosen lines of code.
#pragma once

#include <stop_token>
#include <vector>

#include "core/analysis/snapshot.h"
#include "core/analysis/trace_rows.h"

namespace heapprof {

/// One step of a plot: what happened in a stretch of time.
struct TotalStep {
    Micros begin, end;       ///< of the stretch; end is exclusive, except in the last step
    std::int64_t least = 0;  ///< bytes
    std::int64_t greatest = 0;
    std::int64_t last = 0;  ///< at its end
    double error = 0;       ///< one standard error of `last`, bytes
};

/// The total over [begin, end], in `steps` stretches of equal length: one per pixel, say. Where the digest's rows are
/// longer than two stretches their events are read again, so the curve is exact at any zoom; elsewhere a row that lies
/// across the border of two stretches lends its least and greatest to both. Empty when `steps` is 0 or end <= begin.
/// When `stop` is requested the result is meaningless. Throws FileError when the files vanished.
std::vector<TotalStep> totalOverTime(const Digest& digest, const Capture& capture, Micros begin, Micros end,
                                     std::size_t steps, std::stop_token stop = {});
/// The same of some of the traces, and as exact; `part` is rowsOf() the same digest.
std::vector<TotalStep> totalOverTime(const Digest& digest, const Capture& capture, const TraceRows& part, Micros begin,
                                     Micros end, std::size_t steps, std::stop_token stop = {});

struct Peak {
    Micros time;  ///< of the event that first reached it
    std::int64_t bytes = 0;
};
/// The greatest total of the digest; {0, 0} when it is empty.
Peak peakOf(const Digest& digest);
/// The same of some of the traces.
Peak peakOf(const Digest& digest, const TraceRows& part);

/// Bytes at the end of every row of the digest, for one set of traces.
struct UsageSeries {
    std::vector<Micros> times;  ///< ascending; parallel to digest.rows()
    std::vector<std::int64_t> bytes;
};

/// `isMember[i]` says whether trace i belongs to the set; indices beyond its size do not.
UsageSeries usageOverTime(const Digest& digest, const std::vector<bool>& isMember, std::stop_token stop = {});

/// That set's bytes over [begin, end] in the stretches of totalOverTime, and as exact; `series` is usageOverTime() of
/// the same digest and set. The steps' errors are 0. When `stop` is requested the result is meaningless. Throws
/// FileError when the files vanished.
std::vector<TotalStep> usageOverTime(const Digest& digest, const Capture& capture, const std::vector<bool>& isMember,
                                     const UsageSeries& series, Micros begin, Micros end, std::size_t steps,
                                     std::stop_token stop = {});

}  // namespace heapprof
