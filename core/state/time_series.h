// Memory over time: of the whole program, or of some of its traces.
#pragma once

#include <span>
#include <stop_token>
#include <vector>

#include "core/state/peak.h"
#include "core/state/snapshot.h"
#include "core/state/trace_rows.h"

namespace heapprof {

/// One point of a curve.
struct CurvePoint {
    Instant instant;
    std::int64_t bytes = 0;     ///< at the instant, exactly the total of snapshotAt()
    std::int64_t least = 0;     ///< from the point before to this one, both included
    std::int64_t greatest = 0;  ///< the same
    double error = 0;           ///< one standard error of `bytes`
};

/// The live bytes of a set of traces after every row of a digest, in the fixed point of its weights: what curves of
/// that set are made from. Parallel to digest.rows(). `isMember[i]` says whether trace i belongs to the set; indices
/// beyond its size do not.
struct RowSeries {
    std::vector<bool> isMember;
    std::vector<std::int64_t> bytes;
};
/// When `stop` is requested the result is meaningless.
RowSeries seriesOf(const Digest& digest, std::vector<bool> isMember, std::stop_token stop = {});

/// The total at each of `instants`, which ascend. Rows of the digest that lie between two of them are taken as they
/// are, the others are read again, event by event. The first point's least and greatest are its own bytes. When `stop`
/// is requested the result is meaningless. Throws FileError when the files vanished.
std::vector<CurvePoint> curveOf(const Digest& digest, const Capture& capture, std::span<const Instant> instants,
                                std::stop_token stop = {});
/// The same of some of the traces; `part` is rowsOf() the same digest.
std::vector<CurvePoint> curveOf(const Digest& digest, const Capture& capture, const TraceRows& part,
                                std::span<const Instant> instants, std::stop_token stop = {});
/// The same of `series`, of the same digest, with errors of 0. Of rows between two instants only the ends are known:
/// what came and went within one is not in `least` and `greatest`.
std::vector<CurvePoint> curveOf(const Digest& digest, const Capture& capture, const RowSeries& series,
                                std::span<const Instant> instants, std::stop_token stop = {});

/// `steps` + 1 instants from 0 to the last event, at equal distances, and the peak's among them: enough for a curve of
/// a recording of any length. Those that a short recording makes equal are there once.
std::vector<Instant> evenInstants(const Digest& digest, const Peak& peak, std::size_t steps);
/// One instant every `interval` seconds, which is 1e-6 at least, without that at 0, and the last event's.
std::vector<Instant> instantsEvery(double interval, const Digest& digest);

/// One step of a plot: what happened in an interval of time.
struct TotalStep {
    Micros begin, end;       ///< of the interval; end is exclusive, except in the last step
    std::int64_t least = 0;  ///< bytes
    std::int64_t greatest = 0;
    std::int64_t last = 0;  ///< at its end
    double error = 0;       ///< one standard error of `last`, bytes
};

/// curveOf() over [begin, end] in `steps` intervals of equal length: one per pixel, say. Empty when `steps` is 0 or
/// end <= begin.
std::vector<TotalStep> totalOverTime(const Digest& digest, const Capture& capture, Micros begin, Micros end,
                                     std::size_t steps, std::stop_token stop = {});
std::vector<TotalStep> totalOverTime(const Digest& digest, const Capture& capture, const TraceRows& part, Micros begin,
                                     Micros end, std::size_t steps, std::stop_token stop = {});
std::vector<TotalStep> totalOverTime(const Digest& digest, const Capture& capture, const RowSeries& series,
                                     Micros begin, Micros end, std::size_t steps, std::stop_token stop = {});

}  // namespace heapprof
