// Numbers of a digest: as many bytes as they need, counted in a control byte before them. FORMAT.md, "Group varints".
// Unlike varints they are taken apart without a branch on their lengths.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace heapprof::packed {

/// What follows the last group varint of a segment's part, in zero bytes: readers may load whole words.
inline constexpr std::size_t kPadding = 64;

/// What the codes of two and of three bits say: bytes of a number. The last stands for all that is longer.
inline constexpr std::array<std::uint8_t, 4> kShortWidths{0, 1, 2, 4};
inline constexpr std::array<std::uint8_t, 4> kCountWidths{0, 1, 2, 8};
inline constexpr std::array<std::uint8_t, 8> kLongWidths{0, 1, 2, 3, 4, 5, 6, 8};

constexpr unsigned bytesOf(std::uint64_t value) { return (static_cast<unsigned>(std::bit_width(value)) + 7) / 8; }
/// The code that has room for `value`.
constexpr unsigned shortCode(std::uint64_t value) { return value < 0x10000 ? bytesOf(value) : 3; }
constexpr unsigned longCode(std::uint64_t value) { return value < std::uint64_t{1} << 48 ? bytesOf(value) : 7; }

constexpr std::uint64_t maskOf(std::size_t bytes) {
    return bytes == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << 8 * bytes) - 1;
}

/// Writes the low `bytes` bytes of `value`, and may write seven bytes behind them.
inline std::uint8_t* write(std::uint8_t* out, std::uint64_t value, std::size_t bytes) {
    std::memcpy(out, &value, sizeof value);
    return out + bytes;
}
/// Reads eight bytes, and keeps those under the mask.
inline std::uint64_t read(const std::uint8_t* at, std::uint64_t mask) {
    std::uint64_t value;
    std::memcpy(&value, at, sizeof value);
    return value & mask;
}

/// Three numbers behind one control byte: where each lies, from the control byte, and how much of a word it is.
struct GroupLayout {
    std::uint64_t masks[3];
    std::uint8_t at[3];
    std::uint8_t length;  ///< of all, the control byte included
};

constexpr GroupLayout groupLayout(std::size_t first, std::size_t second, std::size_t third) {
    return {{maskOf(first), maskOf(second), maskOf(third)},
            {1, static_cast<std::uint8_t>(1 + first), static_cast<std::uint8_t>(1 + first + second)},
            static_cast<std::uint8_t>(1 + first + second + third)};
}

}  // namespace heapprof::packed
