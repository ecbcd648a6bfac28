// The steps by which the records that nearly all of an event log consists of are taken apart, without a branch on what
// they are, which no processor could foresee. They come in two ways that agree: for any processor, and for those with
// newer instructions.
//
// Each record is found by the length of the one before, and a processor can do little else until it has that length: so
// the lengths that records would have are worked out for all bytes of a stretch first, many at a time, and going from
// one record to the next is a single look into a list.
#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/bytes/newer_instructions.h"
#include "core/capture/usual_rows.h"

namespace heapprof {

/// The lengths that records would have if they started at each byte of a stretch; 0: none that is usual does.
inline constexpr std::size_t kStretch = 1024, kLengthsAtOnce = 32;
using Lengths = std::array<std::uint8_t, kStretch + kLengthsAtOnce>;

/// Version 1: where the two numbers lie that take most of a record, microseconds and size.
inline constexpr int kNumbersAt = 5;
/// How many bytes they take together, at most, in a usual record. (The seconds before them are 0 in it.)
inline constexpr int kUsualNumbers = 6;
/// How far findRecords() reads behind the stretch.
inline constexpr std::size_t kRecordsReach = kLengthsAtOnce + kNumbersAt + kUsualNumbers;

struct NumberPair {
    std::uint64_t first = 0, second = 0;

    bool operator==(const NumberPair&) const = default;
};

struct Plainly {
    /// Version 2: of rows that start at `rows`, ...; at most kStretch. Reads those bytes and no more.
    static void findRows(Lengths& lengths, const std::uint8_t* rows, std::size_t count);
    /// Version 1: of records that start at `records`, ...; at most kStretch.
    static void findRecords(Lengths& lengths, const std::uint8_t* records, std::size_t count);

    /// What a row says of trace and size, if its control byte is followed by `bytes`.
    static row::TraceAndSize given(const row::Usual& usual, std::uint64_t bytes) {
        return (bytes & static_cast<std::uint32_t>(usual.given)) |
               ((bytes >> usual.sizeAt << 32) & (usual.given >> 32 << 32));
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
struct Quickly {
    HEAPPROF_NEWER_INSTRUCTIONS static void findRows(Lengths& lengths, const std::uint8_t* rows, std::size_t count);
    HEAPPROF_NEWER_INSTRUCTIONS static void findRecords(Lengths& lengths, const std::uint8_t* records,
                                                        std::size_t count);

    HEAPPROF_NEWER_INSTRUCTIONS static row::TraceAndSize given(const row::Usual& usual, std::uint64_t bytes) {
        return _pdep_u64(bytes, usual.given);
    }
    HEAPPROF_NEWER_INSTRUCTIONS static NumberPair numbers(const std::uint8_t* numbers, std::size_t length) {
        std::uint64_t bytes;
        std::memcpy(&bytes, numbers, sizeof bytes);
        const std::uint64_t ends = ~bytes & ~kGroups, first = ends ^ (ends - 1);
        return {_pext_u64(bytes, kGroups & first), _pext_u64(bytes, kGroupsOf[length] & ~first)};
    }

private:
    static constexpr std::uint64_t kGroups = 0x7f7f7f7f7f7f7f7f;
    static constexpr std::array<std::uint64_t, kNumbersAt + kUsualNumbers + 1> kGroupsOf = [] {  // by record length
        std::array<std::uint64_t, kNumbersAt + kUsualNumbers + 1> groups{};
        for (std::size_t bytes = 0; bytes <= kUsualNumbers; ++bytes)
            groups[kNumbersAt + bytes] = kGroups & ((std::uint64_t{1} << 8 * bytes) - 1);
        return groups;
    }();
};
#else
using Quickly = Plainly;
#endif

}  // namespace heapprof
