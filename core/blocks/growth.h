// Whose memory grows steadily: where leaks are looked for first.
#pragma once

#include <span>
#include <stop_token>
#include <vector>

#include "core/recording/recording.h"
#include "core/state/snapshot.h"
#include "core/traces/trace_groups.h"
#include "core/traces/trace_set.h"

namespace heapprof {

struct GrowthRequest {
    Micros from, to;
    TraceGrouping unit = TraceGrouping::Line;  ///< what is ranked
    /// Of lines and functions: all that was allocated by them or below them; otherwise by themselves. The callers of
    /// what leaks then grow as it does.
    bool cumulative = false;
};

struct Growth {
    std::uint32_t index = 0;  ///< a TraceIndex, LineIndex or FunctionIndex
    double slope = 0;         ///< bytes per second; negative: it shrinks as steadily
    double error = 0;         ///< one standard error of `slope`
    std::int64_t first = 0;   ///< bytes at `from`
    std::int64_t last = 0;    ///< bytes at `to`
    /// The least it was in each of kGrowthWindows equal parts of the time, bytes: what the slope was found from.
    std::vector<std::int64_t> floors;

    /// The slope's magnitude is more than that, in the direction of the slope, in about 39 of 40 cases: what growth is
    /// ranked by, as it takes both size and certainty. 0 when the slope may be chance.
    double assured() const;
};

inline constexpr std::size_t kGrowthWindows = 16;

/// Slope and error, per window, of at least 4 floors. What counts is what is there to stay: of a window the least that
/// it and all later ones have for their floor (and of what shrinks, it and all earlier ones). The slope is the median
/// change of that over three windows. So these are no growth: one or two big steps; a spike; a sawtooth that comes down
/// more often than every third of the time; what is given back by the end. But a leak below such a sawtooth is: its
/// slope is known to a fifth where the sawtooth comes down in every third window, and may be 1.8 times too great where
/// it does so more seldom, of which the error, the spread of these changes, knows nothing.
struct Slope {
    double value = 0;
    double error = 0;
};
Slope steadySlope(std::span<const double> floors);

/// What grows or shrinks steadily between `from` and `to` (the part of it that was recorded), of what `traces`
/// allocated: by descending assured(), so that what shrinks comes last; what has no slope is left out. Errors take in
/// what sampling makes uncertain: at least the variance by which `last` exceeds `first`.
///
/// Exact where few events lie in between; otherwise, for the digest alone is read but for some rows, floors are the
/// least at the ends of its rows, of which every window has a good number.
std::vector<Growth> growthBetween(const Recording& recording, const GrowthRequest& request, const TraceSet& traces = {},
                                  std::stop_token stop = {});

}  // namespace heapprof
