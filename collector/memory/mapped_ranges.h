// The live mappings that count, and how much of each is in RAM.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "collector/memory/address_range.h"
#include "collector/memory/mapped_array.h"
#include "core/units.h"

namespace heapprof {

/// A part of a mapping that came into RAM at once: an allocation of the log, if it is sampled.
struct MappedPart {
    static constexpr std::uint64_t kNotRecorded = ~std::uint64_t{0};

    std::uint64_t ordinal = kNotRecorded;
    std::uint64_t size = 0;
    std::uint32_t before = 0;  ///< the previous part of the mapping; 0: none
};

struct Mapping {
    std::uintptr_t address = 0;
    std::uint64_t size = 0;
    TraceIndex trace;
    bool isRecorded = false;             ///< sampled, by its size
    bool isShared = false;               ///< with other processes
    std::uint64_t counted = 0;           ///< bytes of its parts together
    std::uint32_t parts = 0;             ///< their number
    std::uint32_t last = 0;              ///< the last part; 0: none
    std::optional<std::uint64_t> found;  ///< bytes in RAM, when that differs from `counted`
};

/// Sorted by address, without overlap. Need not be faster than the system call that each mapping costs. The owner
/// locks. References are valid until the next insertion or removal.
class MappedRanges {
public:
    /// The pages of a mapping.
    static AddressRange rangeOf(const void* address, std::size_t size) {
        const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
        const auto begin = reinterpret_cast<std::uintptr_t>(address);
        return {begin, (begin + size + page - 1) & ~(page - 1)};
    }
    static AddressRange rangeOf(const Mapping& mapping) {
        return rangeOf(reinterpret_cast<const void*>(mapping.address), mapping.size);
    }

    bool isEmpty() const { return m_count == 0; }
    /// The size of all mappings together, in RAM or not.
    std::uint64_t bytes() const { return m_bytes; }
    Mapping* begin() { return m_ranges.data(); }
    Mapping* end() { return m_ranges.data() + m_count; }
    /// The first one at `address` or behind it; end() when there is none.
    Mapping* from(std::uintptr_t address) {
        return std::lower_bound(begin(), end(), address,
                                [](const Mapping& mapping, std::uintptr_t at) { return mapping.address < at; });
    }
    /// A mapping that overlaps `range`; nullptr when none does.
    Mapping* overlapping(const AddressRange& range) {
        Mapping* const after = from(range.end);
        return after != begin() && rangeOf(after[-1]).end > range.begin ? after - 1 : nullptr;
    }

    /// Requires that the mapping overlaps no other. nullptr when there is no memory.
    Mapping* insert(const Mapping& mapping) noexcept {
        if (!m_ranges.reserve(m_count + 1)) return nullptr;
        Mapping* const slot = from(mapping.address);
        std::move_backward(slot, end(), end() + 1);
        *slot = mapping;
        ++m_count;
        m_bytes += mapping.size;
        return slot;
    }
    /// Requires that the mapping has no parts.
    void erase(Mapping* mapping) noexcept {
        m_bytes -= mapping->size;
        std::move(mapping + 1, end(), mapping);
        --m_count;
    }

    /// Adds a part to the mapping; false when there is no memory.
    bool push(Mapping& mapping, MappedPart part) noexcept {
        std::uint32_t slot = m_freePart;
        if (slot != 0) {
            m_freePart = m_parts[slot].before;
        } else {
            if (!m_parts.reserve(m_partCount + 2)) return false;
            slot = static_cast<std::uint32_t>(++m_partCount);
        }
        part.before = mapping.last;
        m_parts[slot] = part;
        mapping.last = slot;
        mapping.counted += part.size;
        ++mapping.parts;
        return true;
    }
    /// Removes the last part. Requires that the mapping has one.
    MappedPart pop(Mapping& mapping) noexcept {
        const std::uint32_t slot = mapping.last;
        const MappedPart part = m_parts[slot];
        mapping.last = part.before;
        mapping.counted -= part.size;
        --mapping.parts;
        m_parts[slot].before = m_freePart;
        m_freePart = slot;
        return part;
    }

    /// Calls `visit(trace, size, ordinal)` for each recorded part of a mapping, as BlockTable::forEach() does.
    template <typename Visit>
    void forEachPart(Visit visit) noexcept {
        for (Mapping& mapping : *this)
            for (std::uint32_t slot = mapping.last; slot != 0; slot = m_parts[slot].before)
                if (MappedPart& part = m_parts[slot]; part.ordinal != MappedPart::kNotRecorded)
                    visit(mapping.trace, part.size, part.ordinal);
    }

private:
    MappedArray<Mapping> m_ranges;
    std::size_t m_count = 0;
    std::uint64_t m_bytes = 0;
    MappedArray<MappedPart> m_parts;  // from 1 on
    std::size_t m_partCount = 0;
    std::uint32_t m_freePart = 0;
};

}  // namespace heapprof
