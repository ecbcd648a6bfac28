// Memory in fixed point: what everything from the digest's file to a table's cell adds up.
#pragma once

#include <cstdint>

#include "core/measure.h"

namespace heapprof {

/// Sums of untrusted sizes wrap instead of being undefined.
constexpr std::int64_t wrappingAdd(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
constexpr std::int64_t wrappingSubtract(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
/// `value`, or its negative when `minus` is -1 and not 0.
constexpr std::int64_t withSign(std::int64_t value, std::int64_t minus) {
    return wrappingSubtract(value ^ minus, minus);
}

/// Bytes and blocks that recorded blocks stand for, with the variances of both, in the fixed point of a capture's
/// Weights. Exact, so that parts add up to their whole: what people read is made of it last, see Estimate. Signed: a
/// difference may shrink. Wraps.
struct Amount {
    std::int64_t bytes = 0;
    std::int64_t blocks = 0;
    std::int64_t bytesVariance = 0;
    std::int64_t blocksVariance = 0;

    constexpr std::int64_t of(Measure measure) const { return measure == Measure::ByteCount ? bytes : blocks; }
    constexpr std::int64_t varianceOf(Measure measure) const {
        return measure == Measure::ByteCount ? bytesVariance : blocksVariance;
    }

    constexpr bool isZero() const { return (bytes | blocks | bytesVariance | blocksVariance) == 0; }
    constexpr bool operator==(const Amount&) const = default;

    constexpr Amount& operator+=(const Amount& other) {
        bytes = wrappingAdd(bytes, other.bytes);
        blocks = wrappingAdd(blocks, other.blocks);
        bytesVariance = wrappingAdd(bytesVariance, other.bytesVariance);
        blocksVariance = wrappingAdd(blocksVariance, other.blocksVariance);
        return *this;
    }
    constexpr Amount& operator-=(const Amount& other) {
        bytes = wrappingSubtract(bytes, other.bytes);
        blocks = wrappingSubtract(blocks, other.blocks);
        bytesVariance = wrappingSubtract(bytesVariance, other.bytesVariance);
        blocksVariance = wrappingSubtract(blocksVariance, other.blocksVariance);
        return *this;
    }
    friend constexpr Amount operator+(Amount a, const Amount& b) { return a += b; }
    friend constexpr Amount operator-(Amount a, const Amount& b) { return a -= b; }
    /// Itself, or its negative when `minus` is -1 and not 0. Without a branch.
    constexpr Amount withSign(std::int64_t minus) const {
        return {heapprof::withSign(bytes, minus), heapprof::withSign(blocks, minus),
                heapprof::withSign(bytesVariance, minus), heapprof::withSign(blocksVariance, minus)};
    }
};

}  // namespace heapprof
