// What a digest knows of one trace: its live memory, and how a row changed it.
#pragma once

#include <cstdint>

#include "core/capture/weights.h"
#include "core/units.h"

namespace heapprof {

/// Sums of untrusted sizes wrap instead of being undefined.
constexpr std::int64_t wrappingAdd(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
constexpr std::int64_t wrappingSubtract(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

/// Live memory of one trace, in the fixed point of the capture's Weights.
struct TraceValue {
    std::int64_t bytes = 0;
    std::int64_t blocks = 0;
    std::int64_t bytesVariance = 0;
    std::int64_t blocksVariance = 0;

    bool isZero() const { return (bytes | blocks | bytesVariance | blocksVariance) == 0; }
    bool operator==(const TraceValue&) const = default;
    TraceValue& operator+=(const TraceValue& other) {
        bytes = wrappingAdd(bytes, other.bytes);
        blocks = wrappingAdd(blocks, other.blocks);
        bytesVariance = wrappingAdd(bytesVariance, other.bytesVariance);
        blocksVariance = wrappingAdd(blocksVariance, other.blocksVariance);
        return *this;
    }
    /// With a mask of all or no bits: itself, or nothing.
    TraceValue operator&(std::int64_t mask) const {
        return {bytes & mask, blocks & mask, bytesVariance & mask, blocksVariance & mask};
    }
    TraceValue operator-(const TraceValue& other) const {
        return {wrappingSubtract(bytes, other.bytes), wrappingSubtract(blocks, other.blocks),
                wrappingSubtract(bytesVariance, other.bytesVariance),
                wrappingSubtract(blocksVariance, other.blocksVariance)};
    }
};

/// What one recorded block adds.
constexpr TraceValue valueOf(const Weight& weight) {
    return {weight.bytes, weight.blocks, weight.bytesVariance, weight.blocksVariance};
}

struct TraceAmount {
    TraceIndex trace;
    TraceValue value;

    bool operator==(const TraceAmount&) const = default;
};

/// How one trace changed within one row.
struct TraceChange {
    TraceIndex trace;
    std::uint32_t row = 0;  ///< within the segment
    TraceValue delta;
    std::int64_t allocated = 0;  ///< bytes allocated in the row, whether freed since or not

    bool operator==(const TraceChange&) const = default;
};

}  // namespace heapprof
