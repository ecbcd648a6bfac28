// The steps by which the records that nearly all of an event log consists of are taken apart, without a branch on what
// they are, which no processor could foresee. They come in two ways that agree: for any processor, and for those with
// newer instructions.
//
// Each record is found by the length of the one before, and a processor can do little else until it has that length: so
// the lengths that records would have are worked out for all bytes of a window first, many at a time, and going from
// one record to the next is a single look into a list.
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/bytes/avx2.h"
#include "core/capture/decode_table.h"

namespace heapprof {

/// The lengths that records would have if they started at each byte of a window; 0: none of the fast path does.
inline constexpr std::size_t kWindow = 1024, kLengthsAtOnce = 32;
using Lengths = std::array<std::uint8_t, kWindow + kLengthsAtOnce>;

/// Version 1: where the two numbers lie that take most of a record, microseconds and size.
inline constexpr int kNumbersAt = 5;
/// How many bytes they take together, at most, in a record of the fast path. (The seconds before them are 0 in it.)
inline constexpr int kFastNumbers = 6;
/// How far findRecordsV1() reads behind the window.
inline constexpr std::size_t kRecordsReach = kLengthsAtOnce + kNumbersAt + kFastNumbers;

struct NumberPair {
    std::uint64_t first = 0, second = 0;

    bool operator==(const NumberPair&) const = default;
};

struct Scalar {
    /// Version 2: of records that start at `records`, ...; at most kWindow. Reads those bytes and no more.
    static void findRecordsV2(Lengths& lengths, const std::uint8_t* records, std::size_t count);
    /// Version 1: of records that start at `records`, ...; at most kWindow.
    static void findRecordsV1(Lengths& lengths, const std::uint8_t* records, std::size_t count);

    /// What a record says of trace and size, if its control byte is followed by `bytes`.
    static records::TraceAndSize given(const records::DecodeEntry& entry, std::uint64_t bytes) {
        return (bytes & static_cast<std::uint32_t>(entry.givenMask)) |
               ((bytes >> entry.sizeAt << 32) & (entry.givenMask >> 32 << 32));
    }
    /// The numbers in the eight bytes at `numbers` of a record of that length.
    static NumberPair numbers(const std::uint8_t* numbers, std::size_t length) {
        std::uint64_t bytes;
        std::memcpy(&bytes, numbers, sizeof bytes);
        const std::uint64_t ends = ~bytes & ~kGroups, first = ends ^ (ends - 1);
        const std::uint64_t both = (std::uint64_t{1} << 8 * (length - kNumbersAt)) - 1;
        const auto firstBits = static_cast<unsigned>(__builtin_ctzll(ends)) + 1;
        return {joined(bytes & first), joined((bytes & both) >> firstBits)};
    }

private:
    static constexpr std::uint64_t kGroups = 0x7f7f7f7f7f7f7f7f;
    static std::uint64_t joined(std::uint64_t bytes) {  // of at most six
        bytes = (bytes & 0x007f007f007f) | (bytes & 0x7f007f007f00) >> 1;
        return (bytes & 0x3fff) | (bytes >> 16 & 0x3fff) << 14 | bytes >> 32 << 28;
    }
};

#if defined(__x86_64__)
struct Avx2 {
    HEAPPROF_AVX2 static void findRecordsV2(Lengths& lengths, const std::uint8_t* records, std::size_t count);
    HEAPPROF_AVX2 static void findRecordsV1(Lengths& lengths, const std::uint8_t* records, std::size_t count);

    HEAPPROF_AVX2 static records::TraceAndSize given(const records::DecodeEntry& entry, std::uint64_t bytes) {
        return _pdep_u64(bytes, entry.givenMask);
    }
    HEAPPROF_AVX2 static NumberPair numbers(const std::uint8_t* numbers, std::size_t length) {
        std::uint64_t bytes;
        std::memcpy(&bytes, numbers, sizeof bytes);
        const std::uint64_t ends = ~bytes & ~kGroups, first = ends ^ (ends - 1);
        return {_pext_u64(bytes, kGroups & first), _pext_u64(bytes, kGroupsOf[length] & ~first)};
    }

private:
    static constexpr std::uint64_t kGroups = 0x7f7f7f7f7f7f7f7f;
    static constexpr std::array<std::uint64_t, kNumbersAt + kFastNumbers + 1> kGroupsOf = [] {  // by record length
        std::array<std::uint64_t, kNumbersAt + kFastNumbers + 1> groups{};
        for (std::size_t bytes = 0; bytes <= kFastNumbers; ++bytes)
            groups[kNumbersAt + bytes] = kGroups & ((std::uint64_t{1} << 8 * bytes) - 1);
        return groups;
    }();
};
#else
using Avx2 = Scalar;
#endif

}  // namespace heapprof
