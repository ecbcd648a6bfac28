// The records of a segment's key frame and changes, written and read: FORMAT.md, "Group varints", "Key frame" and
// "Changes". Readers load whole words: kPadding bytes lie behind the last record.
#pragma once

#include <algorithm>

#include "core/bytes/varint.h"
#include "core/digest/group_varint.h"
#include "core/digest/trace_amount.h"

namespace heapprof::packed {

/// What no record is longer than.
inline constexpr std::size_t kLongestRecord = 48;
static_assert(kLongestRecord + 8 < kPadding);

/// Written behind a record, as two nibbles that count bytes.
inline std::uint8_t* writeVariances(std::uint8_t* out, std::int64_t bytes, std::int64_t blocks) {
    const std::uint64_t first = zigzag(bytes), second = zigzag(blocks);
    const unsigned firstBytes = bytesOf(first), secondBytes = bytesOf(second);
    *out++ = static_cast<std::uint8_t>(firstBytes | secondBytes << 4);
    return write(write(out, first, firstBytes), second, secondBytes);
}
inline const std::uint8_t* readVariances(const std::uint8_t* at, Amount& value) {
    const std::size_t firstBytes = std::min(*at & 15, 8), secondBytes = std::min(*at >> 4, 8);
    value.bytesVariance = unzigzag(read(at + 1, maskOf(firstBytes)));
    value.blocksVariance = unzigzag(read(at + 1 + firstBytes, maskOf(secondBytes)));
    return at + 1 + firstBytes + secondBytes;
}

/// u8 bucket | u8 codes: bits 0-2 allocated, 3-5 freed, 6-7 blocks | allocated | freed | zigzag blocks
constexpr std::array<GroupLayout, 256> changeLayouts() {
    std::array<GroupLayout, 256> layouts{};
    for (unsigned codes = 0; codes < 256; ++codes)
        layouts[codes] = groupLayout(kLongWidths[codes & 7], kLongWidths[codes >> 3 & 7], kCountWidths[codes >> 6]);
    return layouts;
}
inline constexpr auto kChangeLayouts = changeLayouts();

inline std::uint8_t* writeChange(std::uint8_t* out, const TraceChange& change, bool hasVariances) {
    const auto allocated = static_cast<std::uint64_t>(change.allocated);
    const auto freed = static_cast<std::uint64_t>(wrappingSubtract(change.allocated, change.delta.bytes));
    const std::uint64_t blocks = zigzag(change.delta.blocks);
    const unsigned codes = longCode(allocated) | longCode(freed) << 3 | shortCode(blocks) << 6;
    out[0] = static_cast<std::uint8_t>(change.bucket);
    out[1] = static_cast<std::uint8_t>(codes);
    const GroupLayout& layout = kChangeLayouts[codes];
    std::uint8_t* const start = out + 1;
    write(start + layout.at[0], allocated, 8);
    write(start + layout.at[1], freed, 8);
    write(start + layout.at[2], blocks, 8);
    out = start + layout.length;
    return hasVariances ? writeVariances(out, change.delta.bytesVariance, change.delta.blocksVariance) : out;
}
template <bool hasVariances>
inline const std::uint8_t* readChange(const std::uint8_t* at, TraceChange& change) {
    change.bucket = *at++;
    const GroupLayout& layout = kChangeLayouts[*at];
    change.allocated = static_cast<std::int64_t>(read(at + layout.at[0], layout.masks[0]));
    const auto freed = static_cast<std::int64_t>(read(at + layout.at[1], layout.masks[1]));
    change.delta.bytes = wrappingSubtract(change.allocated, freed);
    change.delta.blocks = unzigzag(read(at + layout.at[2], layout.masks[2]));
    at += layout.length;
    return hasVariances ? readVariances(at, change.delta) : at;
}

/// u8 codes: bits 0-1 gap, 2-4 bytes, 5-6 blocks, 7 whether variances follow | gap | zigzag bytes | zigzag blocks
constexpr std::array<GroupLayout, 128> valueLayouts() {
    std::array<GroupLayout, 128> layouts{};
    for (unsigned codes = 0; codes < 128; ++codes)
        layouts[codes] = groupLayout(kShortWidths[codes & 3], kLongWidths[codes >> 2 & 7], kCountWidths[codes >> 5]);
    return layouts;
}
inline constexpr auto kValueLayouts = valueLayouts();

/// `gap` is how many traces without a record there are since the last one with one; below 2^32.
inline std::uint8_t* writeValue(std::uint8_t* out, std::uint64_t gap, const Amount& value) {
    const bool hasVariances = (value.bytesVariance | value.blocksVariance) != 0;
    const std::uint64_t bytes = zigzag(value.bytes), blocks = zigzag(value.blocks);
    const unsigned codes = shortCode(gap) | longCode(bytes) << 2 | shortCode(blocks) << 5;
    *out = static_cast<std::uint8_t>(codes | (hasVariances ? 0x80 : 0));
    const GroupLayout& layout = kValueLayouts[codes];
    write(out + layout.at[0], gap, 8);
    write(out + layout.at[1], bytes, 8);
    write(out + layout.at[2], blocks, 8);
    out += layout.length;
    return hasVariances ? writeVariances(out, value.bytesVariance, value.blocksVariance) : out;
}
inline const std::uint8_t* readValue(const std::uint8_t* at, std::uint64_t& gap, Amount& value) {
    const std::uint8_t codes = *at;
    const GroupLayout& layout = kValueLayouts[codes & 0x7f];
    gap = read(at + layout.at[0], layout.masks[0]);
    value.bytes = unzigzag(read(at + layout.at[1], layout.masks[1]));
    value.blocks = unzigzag(read(at + layout.at[2], layout.masks[2]));
    at += layout.length;
    return codes & 0x80 ? readVariances(at, value) : at;
}

/// What there is to know of one trace's changes: its distance from the trace before, and how long they are.
/// u8 codes: bits 0-1 gap, 2-3 length | gap | length; each below 2^32
struct ListHeader {
    std::uint64_t gap = 0, length = 0;
};
constexpr std::array<GroupLayout, 16> listLayouts() {
    std::array<GroupLayout, 16> layouts{};
    for (unsigned codes = 0; codes < 16; ++codes)
        layouts[codes] = groupLayout(kShortWidths[codes & 3], kShortWidths[codes >> 2], 0);
    return layouts;
}
inline constexpr auto kListLayouts = listLayouts();

inline std::uint8_t* writeListHeader(std::uint8_t* out, const ListHeader& list) {
    const unsigned codes = shortCode(list.gap) | shortCode(list.length) << 2;
    *out = static_cast<std::uint8_t>(codes);
    const GroupLayout& layout = kListLayouts[codes];
    write(out + layout.at[0], list.gap, 8);
    write(out + layout.at[1], list.length, 8);
    return out + layout.length;
}
inline const std::uint8_t* readListHeader(const std::uint8_t* at, ListHeader& list) {
    const GroupLayout& layout = kListLayouts[*at & 0xf];
    list.gap = read(at + layout.at[0], layout.masks[0]);
    list.length = read(at + layout.at[1], layout.masks[1]);
    return at + layout.length;
}

/// Every so many lists an index tells where they are.
inline constexpr std::size_t kListsPerIndex = 16;
struct Index {
    std::uint64_t firstTrace = 0;
    std::uint64_t lists = 0;    ///< offset of the first of these lists among all
    std::uint64_t changes = 0;  ///< of its changes among all
};
struct ChangesHeader {
    std::uint64_t lists = 0;
    std::uint64_t hasVariances = 0;
    std::uint64_t listsLength = 0;
    std::uint64_t changesLength = 0;
};

}  // namespace heapprof::packed
