// Base-128 integers, least significant group first; bit 7 of a byte says that more bytes follow.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heapprof {

inline constexpr std::size_t kMaxVarintLength = 10;

/// Writes the shortest form of `value` at `out`, which has room for kMaxVarintLength bytes; returns the byte after it.
inline std::uint8_t* writeVarint(std::uint8_t* out, std::uint64_t value) {
    while (value >= 0x80) {
        *out++ = static_cast<std::uint8_t>(value | 0x80);
        value >>= 7;
    }
    *out++ = static_cast<std::uint8_t>(value);
    return out;
}

/// Reads one varint from [in, end); returns the byte after it, or nullptr when it is cut off or longer than 64 bits.
inline const std::uint8_t* readVarint(const std::uint8_t* in, const std::uint8_t* end, std::uint64_t& value) {
    std::uint64_t result = 0;
    for (unsigned shift = 0; shift < 64 && in != end; shift += 7) {
        const std::uint64_t group = *in & 0x7f;
        if (shift == 63 && group > 1) return nullptr;
        result |= group << shift;
        if (!(*in++ & 0x80)) {
            value = result;
            return in;
        }
    }
    return nullptr;
}

/// Signed values as unsigned ones of similar length: 0, -1, 1, -2 become 0, 1, 2, 3.
constexpr std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

}  // namespace heapprof
