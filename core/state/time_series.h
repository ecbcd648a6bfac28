// Memory over time: of the whole program, or of some of its traces.
#pragma once

#include <span>
#include <stop_token>
#include <vector>

#include "core/recording/recording.h"
#include "core/state/filtered_buckets.h"
#include "core/state/peak.h"
#include "core/state/snapshot.h"

namespace heapprof {

/// One point of a curve.
struct CurvePoint {
    Instant instant;
    std::int64_t amount = 0;  ///< at the instant, exactly the total of snapshotAt()
    std::int64_t min = 0;     ///< from the point before to this one, both included
    std::int64_t max = 0;     ///< the same
    double error = 0;         ///< one standard error of `amount`
};

/// The total bytes at each of `instants`, which ascend. Buckets of the digest that lie between two of them are taken as
/// they are, the others are read again, event by event. The first point's least and greatest are its own amount.
std::vector<CurvePoint> curveOf(const Recording& recording, std::span<const Instant> instants,
                                std::stop_token stop = {});
/// The same of some of the traces, in the measure of `part`, which is of the same digest. When its buckets are
/// filteredBucketEnds(), errors are 0, and what came and went within a bucket that lies between two instants is not in
/// `least` and `greatest`.
std::vector<CurvePoint> curveOf(const Recording& recording, const FilteredBuckets& part,
                                std::span<const Instant> instants, std::stop_token stop = {});

/// `steps` + 1 instants from 0 to the last event, at equal distances, and the peak's among them: enough for a curve of
/// a recording of any length. Those that a short recording makes equal are there once.
std::vector<Instant> evenInstants(const Recording& recording, const Peak& peak, std::size_t steps);
/// One instant every `interval` seconds, which is 1e-6 at least, without that at 0, and the last event's.
std::vector<Instant> instantsEvery(double interval, const Recording& recording);

/// One step of a plot: what happened in an interval of time.
struct TotalStep {
    Micros begin, end;     ///< of the interval; end is exclusive, except in the last step
    std::int64_t min = 0;  ///< bytes, or blocks where these were asked for
    std::int64_t max = 0;
    std::int64_t last = 0;  ///< at its end
    double error = 0;       ///< one standard error of `last`
};

/// curveOf() over [begin, end] in `steps` intervals of equal length: one per pixel, say. Empty when `steps` is 0 or
/// end <= begin.
std::vector<TotalStep> totalOverTime(const Recording& recording, Micros begin, Micros end, std::size_t steps,
                                     std::stop_token stop = {});
std::vector<TotalStep> totalOverTime(const Recording& recording, const FilteredBuckets& part, Micros begin, Micros end,
                                     std::size_t steps, std::stop_token stop = {});
/// The same as if all events of a bucket had happened at its end: a picture that is there at once. Reads no events.
/// `buckets` are the digest's, or those of a part, whose measure is `measure`.
std::vector<TotalStep> roughTotalOverTime(const Recording& recording, const std::vector<Bucket>& buckets, Micros begin,
                                          Micros end, std::size_t steps, Measure measure = Measure::ByteCount);
/// Roughly how many events totalOverTime() reads.
std::uint64_t eventsOfCurve(const Recording& recording, Micros begin, Micros end, std::size_t steps);

}  // namespace heapprof
