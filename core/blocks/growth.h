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

/// A `from` that leaves nothing out, not even what happened at time 0.
inline constexpr Micros kBeforeStart{-1};

struct GrowthRequest {
    Micros from, to;
    TraceGrouping unit = TraceGrouping::Line;  ///< what is ranked
    /// Of lines (also OwnLine) and functions: all that was allocated by them or below them; otherwise by themselves.
    /// The callers of what leaks then grow as it does.
    bool cumulative = false;
    Measure measure = Measure::ByteCount;  ///< of all numbers
};

struct Growth {
    std::uint32_t index = 0;  ///< a TraceIndex, LineIndex or FunctionIndex
    double slope = 0;         ///< amount per second; negative: it shrinks as steadily
    double error = 0;         ///< one standard error of `slope`
    std::int64_t first = 0;   ///< amount at `from`
    std::int64_t last = 0;    ///< amount at `to`
    /// The least it was in each of kGrowthWindows equal parts of the time: what the slope was found from.
    std::vector<std::int64_t> minima;

    /// The slope's magnitude is more than that, in the direction of the slope, in about 39 of 40 cases: what growth is
    /// ranked by, as it takes both size and certainty. 0 when the slope may be chance.
    double slopeLowerBound() const;
};

inline constexpr std::size_t kGrowthWindows = 16;

/// Slope and error, per window, of the least memory in each of at least 4 windows: the median change, over three
/// windows, of the monotone envelope: what a window has and all later ones keep (of what shrinks, all earlier ones).
///
/// * Growth: a rise that goes on for most of the time and stays, also below a sawtooth that comes down in every third
///   window, whose slope is then known to a fifth.
/// * No growth: one or two big steps; a spike; a sawtooth that comes down more often than every third of the time; what
///   is given back by the end.
/// * Known bias: below a sawtooth that comes down more seldom the slope may be 1.8 times too great. The error, which is
///   the spread of these changes, does not tell.
struct Trend {
    double value = 0;
    double error = 0;
};
Trend trendOf(std::span<const double> minima);

/// What `traces` allocated and what grows or shrinks steadily between `from` and `to`, as far as that was recorded: by
/// descending slopeLowerBound(), so that what shrinks comes last. What has no slope is left out. Errors include what
/// sampling makes uncertain: at least the variance by which `last` exceeds `first`.
///
/// Exact where few events lie in between. Otherwise it reads the digest and few events, and a window's minimum is the
/// least at the ends of its buckets, of which there are more than 16 a window on average.
std::vector<Growth> growthBetween(const Recording& recording, const GrowthRequest& request, const TraceSet& traces = {},
                                  std::stop_token stop = {});

}  // namespace heapprof
