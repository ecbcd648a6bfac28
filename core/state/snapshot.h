// Live memory per stack trace at one instant, or the difference of two instants.
#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "core/instant.h"
#include "core/recording/recording.h"
#include "core/traces/trace_set.h"
#include "core/units.h"

namespace heapprof {

/// Estimates for one trace or one sum of traces. Signed: a difference may shrink. Sums and differences are exact: what
/// rounding to whole bytes and blocks leaves is kept, so the sum of many parts is the number that the whole shows
/// anywhere else.
struct Usage {
    std::int64_t bytes = 0;
    std::int64_t blocks = 0;
    double bytesVariance = 0;  ///< bytes^2; 0 when everything was recorded
    double blocksVariance = 0;
    std::int32_t bytesRest = 0;  ///< the exact amount, less `bytes`: in units of 1 / Weights::kRestUnit
    std::int32_t blocksRest = 0;

    Usage& operator+=(const Usage& other);
    /// Variances add up all the same: an upper bound of the difference's.
    Usage& operator-=(const Usage& other);
    /// One standard error of `bytes`.
    double bytesError() const;
    bool operator==(const Usage&) const = default;
};

/// From fixed point to whole bytes and blocks.
Usage usageOf(const TraceValue& value, const Weights& weights);

struct TraceUsage {
    TraceIndex trace;
    Usage usage;

    bool operator==(const TraceUsage&) const = default;
};

struct Snapshot {
    Instant time;
    std::vector<TraceUsage> traces;  ///< ascending by trace; traces with neither bytes nor blocks are left out
    Usage total;                     ///< exactly the sum over `traces`
};

/// The state at `instant`, exactly: the digest's row before it, then the events between. An instant before the first
/// event gives an empty snapshot; one beyond the end of the digest the last state digested.
Snapshot snapshotAt(const Recording& recording, Instant instant, std::stop_token stop = {});

/// What snapshotAt() is made of: the live memory then, in fixed point, by trace; some may have nothing.
std::vector<TraceAmount> stateAt(const Recording& recording, Instant instant, std::stop_token stop = {});

/// The total of snapshotAt(), without its traces.
Usage totalAt(const Recording& recording, Instant instant, std::stop_token stop = {});

/// What a snapshot, or a difference of two, holds of `traces`.
Snapshot restrictedTo(const TraceSet& traces, const Snapshot& snapshot);
/// The total of that.
Usage totalOf(const TraceSet& traces, const Snapshot& snapshot);

/// Live memory in fixed point, by trace, as a snapshot.
Snapshot snapshotOf(const std::vector<TraceAmount>& state, const Weights& weights, Instant instant);

/// Rounds amounts to whole bytes one after the other so that they add up: what of() has returned so far is together the
/// sum of its arguments, rounded once. No amount is more than a byte off.
class WholeBytes {
public:
    std::int64_t of(const Usage& usage) {
        const std::int64_t before = m_sum.bytes;
        m_sum += usage;
        return m_sum.bytes - before;
    }

private:
    Usage m_sum;
};

/// `after` minus `before`, trace by trace; time is after's. Variances add up, an upper bound of the true one, as blocks
/// that live at both instants cancel: exactDifference() knows better.
Snapshot difference(const Snapshot& before, const Snapshot& after);

}  // namespace heapprof
