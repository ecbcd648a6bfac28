// When there was most memory in use, and what it was made of.
#pragma once

#include <stop_token>

#include "core/state/snapshot.h"
#include "core/state/trace_rows.h"

namespace heapprof {

/// The greatest total. The greatest of many estimates is likely to be one that is too great.
struct Peak {
    Instant instant;  ///< right after the event that first reached it
    std::int64_t bytes = 0;

    bool operator==(const Peak&) const = default;
};

/// The bytes of peakOf() everything digested, without the events that tell when they were in use.
std::int64_t peakBytes(const Digest& digest);

/// The peak of everything digested: snapshotAt(peak.instant) has exactly its bytes. Instant 0 and no bytes when no
/// memory was ever in use. Reads one row's events. When `stop` is requested the result is meaningless. Throws FileError
/// when the files vanished.
Peak peakOf(const Digest& digest, const Capture& capture, std::stop_token stop = {});
/// The same of some of the traces alone; `part` is rowsOf() the same digest.
Peak peakOf(const Digest& digest, const Capture& capture, const TraceRows& part, std::stop_token stop = {});

}  // namespace heapprof
