// The least memory of every line, function or trace in each of some equal windows of time.
#pragma once

#include <array>
#include <stop_token>
#include <vector>

#include "core/blocks/growth.h"
#include "core/recording/recording.h"
#include "core/traces/trace_groups.h"

namespace heapprof {

/// By group, in fixed point.
struct WindowMinima {
    using Minima = std::array<std::int64_t, kGrowthWindows>;
    std::vector<Minima> minima;
    std::vector<Amount> first;  ///< at `from`
    std::vector<Amount> last;   ///< at `to`
};

/// `from` is before `to`, and `to` not after the digest's end.
struct WindowSpan {
    Micros from, to;
    Measure measure;  ///< of the minima
};

/// For growthBetween().
WindowMinima windowMinima(const Recording& recording, const TraceGroups& groups, const WindowSpan& span,
                          const std::stop_token& stop);

}  // namespace heapprof
