// The recorded blocks that are still alive, and the bit test that tells nearly every free that it is not concerned.
#pragma once

#include <cstdint>

#include "collector/mapped_array.h"
#include "core/units.h"

namespace heapprof {

/// One bit per 16 bytes of address space, folded by a mask: a clear bit means that no block there was recorded. The
/// address is not hashed, so that the frees of neighbouring blocks meet in one cache line. Read without any lock.
struct AddressFilter {
    std::uint64_t* bits;
    std::uint64_t mask;  ///< of bit indices

    static std::uint64_t place(const void* address) { return reinterpret_cast<std::uintptr_t>(address) >> 4; }

    bool mayContain(const void* address) const {
        const std::uint64_t bit = place(address) & __atomic_load_n(&mask, __ATOMIC_RELAXED);
        return __atomic_load_n(&bits[bit >> 6], __ATOMIC_RELAXED) >> (bit & 63) & 1;
    }
};
extern constinit AddressFilter g_filter;

struct RecordedBlock {
    std::uintptr_t address = 0;  ///< 0: an empty place
    std::uint64_t size = 0;
    std::uint64_t ordinal = 0;
    TraceIndex trace;
};

/// All recorded live blocks by address. Its cost does not grow with their number: the table is hashed by filter bit,
/// so that removing a block sees at once whether another one needs the bit; filter and table grow together, to at
/// least 64 bits for each block (up to 2^31 bits: beyond 30 million blocks the filter gets denser).
///
/// Only one may exist at a time, for there is one filter. The owner locks; g_filter alone is read by anyone. A filter
/// that grows never clears the bits that its old, shorter mask left behind: a thread may be between reading the mask
/// and reading the bit. Such bits cost a look-up, not a block.
class BlockTable {
public:
    BlockTable() = default;
    BlockTable(const BlockTable&) = delete;
    BlockTable& operator=(const BlockTable&) = delete;
    /// Clears the filter.
    ~BlockTable();

    /// False when there is no memory.
    bool create() noexcept;
    /// For an address that is not in the table; false when there is no memory.
    bool insert(const RecordedBlock& block) noexcept;
    /// Takes the block at `address` out into `removed`; false when it is not there.
    bool remove(const void* address, RecordedBlock& removed) noexcept;

private:
    bool grow() noexcept;
    void put(MappedArray<RecordedBlock>& blocks, std::size_t mask, const RecordedBlock& block,
             std::uint64_t filterMask) noexcept;

    MappedArray<RecordedBlock> m_blocks;
    std::size_t m_mask = 0;
    std::size_t m_count = 0;
};

}  // namespace heapprof
