// What memory is made of over time: the largest parts of it, and what all others have.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "core/recording/recording.h"
#include "core/traces/trace_parts.h"

namespace heapprof {

struct PartsOverTime {
    struct Part {
        std::uint32_t part = 0;             ///< of the TraceParts that were asked about
        std::vector<std::int64_t> amounts;  ///< live at each instant
    };
    std::vector<Instant> instants;
    std::vector<Part> parts;           ///< the one with the greatest amount at any of the instants first
    std::vector<std::int64_t> others;  ///< what all other parts have
    std::size_t otherCount = 0;        ///< how many of those ever had anything then
    std::vector<std::int64_t> total;   ///< parts and others; exactly what snapshotAt() has of `counted`
};

/// Of the traces in `counted`, at `instants`, which ascend: the `count` largest parts. Reads the digest's changes up to
/// the last instant once, and of the log the buckets in which an instant lies. When `stop` is requested the result is
/// meaningless. Throws FileError.
PartsOverTime partsOverTime(const Recording& recording, const TraceParts& parts, const TraceSet& counted,
                            std::span<const Instant> instants, std::size_t count, std::stop_token stop = {},
                            Measure measure = Measure::ByteCount);

}  // namespace heapprof
