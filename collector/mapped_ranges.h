// The mappings that count and are still there.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "collector/address_range.h"
#include "collector/block_table.h"
#include "collector/mapped_array.h"

namespace heapprof {

/// Sorted by address; they never overlap. A mapping costs a system call, so that there is no need to be faster than
/// that. The owner locks.
class MappedRanges {
public:
    /// The pages that a mapping takes.
    static AddressRange rangeOf(const void* address, std::size_t size) {
        const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
        const auto begin = reinterpret_cast<std::uintptr_t>(address);
        return {begin, (begin + size + page - 1) & ~(page - 1)};
    }
    static AddressRange rangeOf(const RecordedBlock& block) {
        return rangeOf(reinterpret_cast<const void*>(block.address), block.size);
    }

    /// For a range that meets no other; false when there is no memory.
    bool insert(const RecordedBlock& block) noexcept {
        if (!m_ranges.reserve(m_count + 1)) return false;
        RecordedBlock* const end = m_ranges.data() + m_count;
        RecordedBlock* const place =
            std::upper_bound(m_ranges.data(), end, block,
                             [](const RecordedBlock& a, const RecordedBlock& b) { return a.address < b.address; });
        std::move_backward(place, end, end + 1);
        *place = block;
        ++m_count;
        return true;
    }

    /// Takes one that meets `range` out into `taken`; false when none does.
    bool takeOverlapping(const AddressRange& range, RecordedBlock& taken) noexcept {
        RecordedBlock* const end = m_ranges.data() + m_count;
        RecordedBlock* const after =
            std::lower_bound(m_ranges.data(), end, range.end,
                             [](const RecordedBlock& block, std::uintptr_t limit) { return block.address < limit; });
        if (after == m_ranges.data() || rangeOf(after[-1]).end <= range.begin) return false;
        taken = after[-1];
        std::move(after, end, after - 1);
        --m_count;
        return true;
    }

private:
    MappedArray<RecordedBlock> m_ranges;
    std::size_t m_count = 0;
};

}  // namespace heapprof
