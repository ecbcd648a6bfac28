// Two short varints one behind the other, taken apart without a branch on their lengths, which no processor could
// foresee.
#pragma once

#include <cstdint>
#include <cstring>

#include "core/bytes/bit_extraction.h"

namespace heapprof {

struct VarintPair {
    std::uint64_t first = 0, second = 0;
    std::size_t length = 0;  ///< of both, in bytes; 0: they are not that short
};

/// Takes apart numbers of at most four bytes each. Needs eight readable bytes.
struct PlainVarints {
    static VarintPair read(const std::uint8_t* at) {
        std::uint64_t bytes;
        std::memcpy(&bytes, at, sizeof bytes);
        const std::uint64_t ends = ~bytes & 0x8080808080808080, laterEnds = ends & (ends - 1);
        if ((ends & 0x80808080) == 0 || laterEnds == 0) [[unlikely]]
            return {};
        const auto firstBits = static_cast<unsigned>(__builtin_ctzll(ends)) + 1;
        const auto bits = static_cast<unsigned>(__builtin_ctzll(laterEnds)) + 1;
        const std::uint64_t first = bytes & (ends ^ (ends - 1));
        const std::uint64_t second = (bytes & (laterEnds ^ (laterEnds - 1))) >> firstBits;
        if (second >> 32 != 0) [[unlikely]]
            return {};
        return {joined(first), joined(second), bits / 8};
    }

private:
    static std::uint64_t joined(std::uint64_t bits) {
        bits = (bits & 0x007f007f) | (bits & 0x7f007f00) >> 1;
        return (bits & 0x3fff) | bits >> 16 << 14;
    }
};

/// The same for processors with bit extraction: a first number of at most four bytes, and both of eight.
struct ExtractedVarints {
    HEAPPROF_BIT_EXTRACTION static VarintPair read(const std::uint8_t* at) {
        constexpr std::uint64_t kGroups = 0x7f7f7f7f7f7f7f7f;
        std::uint64_t bytes;
        std::memcpy(&bytes, at, sizeof bytes);
        const std::uint64_t ends = ~bytes & ~kGroups, laterEnds = withoutLowest(ends);
        if (static_cast<std::uint32_t>(ends) == 0 || laterEnds == 0) [[unlikely]]
            return {};
        const std::uint64_t first = upToLowest(ends), both = upToLowest(laterEnds);
        return {extractBits(bytes, kGroups & first), extractBits(bytes, kGroups & (both ^ first)),
                std::size_t{1} + static_cast<std::size_t>(__builtin_ctzll(laterEnds)) / 8};
    }
};

}  // namespace heapprof
