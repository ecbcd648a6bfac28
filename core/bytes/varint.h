// Base-128 integers, least significant group first; bit 7 of a byte says that more bytes follow.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

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

/// The same for values of any length, one as likely as the other: below 2^28 without a branch on it.
inline std::uint8_t* writeUnforeseenVarint(std::uint8_t* out, std::uint64_t value) {
    if (value >> 28 != 0) return writeVarint(out, value);
    const auto v = static_cast<std::uint32_t>(value);
    const std::uint32_t groups = (v & 0x7f) | (v << 1 & 0x7f00) | (v << 2 & 0x7f0000) | (v << 3 & 0x7f000000);
    const auto length = static_cast<unsigned>(std::bit_width(v | 1) + 6) * 37 >> 8;  // a seventh, for up to 34
    const std::uint32_t bytes = groups | (0x80808080 & ((std::uint32_t{1} << (8 * (length - 1))) - 1));
    std::memcpy(out, &bytes, sizeof bytes);
    return out + length;
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
