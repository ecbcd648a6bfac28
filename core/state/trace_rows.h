// The time axis of a digest as it would be if nothing but some of the traces had been recorded.
#pragma once

#include <stop_token>
#include <vector>

#include "core/capture/capture.h"
#include "core/digest/digest.h"
#include "core/traces/membership.h"

namespace heapprof {

struct TraceRows {
    std::vector<bool> isMember;  ///< whether trace i belongs to the set, for the unknown trace 0 and all known ones
    std::vector<Row> rows;       ///< parallel to digest.rows(), with their ends and times; amounts of the set alone

    bool has(TraceIndex trace) const { return contains(isMember, trace); }
};

/// Reads every event, so that also what came and went within a row is known. `known` is the answer for an earlier state
/// of the same digest and the same set: what it holds is taken over. When `stop` is requested the last rows are
/// missing; what is there may be handed in as `known`. Throws FileError when the files vanished.
TraceRows rowsOf(const Digest& digest, const Capture& capture, std::vector<bool> isMember, TraceRows known = {},
                 std::stop_token stop = {});

}  // namespace heapprof
