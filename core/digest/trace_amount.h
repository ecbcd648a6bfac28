// What a digest knows of a trace.
#pragma once

#include <cstdint>

#include "core/amount.h"
#include "core/units.h"

namespace heapprof {

/// Its live memory.
struct TraceAmount {
    TraceIndex trace;
    Amount amount;

    bool operator==(const TraceAmount&) const = default;
};

/// How one trace changed within one bucket.
struct TraceChange {
    TraceIndex trace;
    std::uint32_t bucket = 0;  ///< within the segment
    Amount delta;
    std::int64_t allocated = 0;  ///< bytes allocated in the bucket, whether freed since or not

    bool operator==(const TraceChange&) const = default;
};

}  // namespace heapprof
