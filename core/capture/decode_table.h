// How the records that nearly all of an event log consists of are taken apart without a branch on what they are, which
// no processor could foresee.
#pragma once

#include <array>
#include <cstdint>

#include "core/capture/chunk.h"

namespace heapprof::records {

/// Trace and size of an allocation in one word: bits 0-31 and 32-63. Those of fast-path records fit.
using TraceAndSize = std::uint64_t;

/// What the control byte of a plain allocation or a plain free says, as masks to apply to the eight bytes behind it.
struct alignas(32) DecodeEntry {
    TraceAndSize keptMask = 0;              ///< what stays of "the record before"
    TraceAndSize givenMask = 0;             ///< which bytes of trace and size there are, one behind the other
    std::uint32_t inChunkDistanceMask = 0;  ///< of an in-chunk free: where its distance lies
    std::uint32_t distanceMask = 0;         ///< where the distance lies, in the bytes at distanceAt
    std::uint8_t sizeAt = 0;                ///< where the size lies, in bits
    std::uint8_t distanceAt = 0;            ///< from the control byte
    std::uint8_t isFree = 0;                ///< 1 or 0
    std::uint8_t isInChunk = 0;             ///< 1 or 0
};

constexpr std::uint64_t lowBytes(std::size_t count) { return (std::uint64_t{1} << 8 * count) - 1; }

constexpr std::array<DecodeEntry, 256> decodeTable() {
    std::array<DecodeEntry, 256> records{};
    for (unsigned control = 0; control < records.size(); ++control) {
        DecodeEntry& entry = records[control];
        const unsigned kind = control & 3;
        if (kind == Other) continue;
        const unsigned traceBytes = kind == InChunkFree ? 0 : control >> 2 & 3;
        const std::size_t size = kind == InChunkFree ? 0 : sizeBytes(control >> 4 & 3);
        const std::size_t distanceBytes = kind == InChunkFree      ? control >> 2 & 3
                                          : kind == CrossChunkFree ? (control >> 6) + 1
                                                                   : 0;
        entry.keptMask = (traceBytes ? 0 : lowBytes(4)) | (size ? 0 : lowBytes(4) << 32);
        entry.givenMask = lowBytes(traceBytes) | lowBytes(size) << 32;
        entry.sizeAt = static_cast<std::uint8_t>(8 * traceBytes);
        entry.distanceMask = static_cast<std::uint32_t>(lowBytes(distanceBytes));
        entry.distanceAt = static_cast<std::uint8_t>(1 + traceBytes + size);
        entry.inChunkDistanceMask = kind == InChunkFree ? entry.distanceMask : 0;
        entry.isFree = kind != Allocation;
        entry.isInChunk = kind == InChunkFree;
    }
    return records;
}
inline constexpr std::array<DecodeEntry, 256> kDecodeTable = decodeTable();

/// The length of such a record, 0 for others.
constexpr std::array<std::uint8_t, 256> fastLengths() {
    std::array<std::uint8_t, 256> lengths{};
    for (unsigned control = 0; control < lengths.size(); ++control)
        if ((control & 3) != Other)
            lengths[control] = static_cast<std::uint8_t>(length(static_cast<std::uint8_t>(control)));
    return lengths;
}
inline constexpr std::array<std::uint8_t, 256> kFastLength = fastLengths();

/// The longest of them, and how far reading one may reach behind its control byte.
inline constexpr std::size_t kFastReach = 16;

}  // namespace heapprof::records
