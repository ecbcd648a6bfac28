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
    std::uintptr_t address = 0;
    std::uint64_t size = 0;
    std::uint64_t ordinal = 0;
    TraceIndex trace;
};

/// All recorded live blocks by address. Its cost does not grow with their number, and neighbours lie together: programs
/// make and free blocks in the order of their addresses more often than not.
///
/// A directory, like the filter not hashed but folded by a mask, leads to a chain of pages: what is known of 512 bytes
/// of address space. A page has room for one block, 4, 16 or 32, as needed; its blocks are in the order of their
/// addresses, and the greatest kind has a place for every one. A page whose last block goes is kept for a while, as
/// the next block is most likely to come there, too. Addresses that share a filter bit are in one chain, so
/// that removing a block sees at once whether another one needs the bit. Filter and directory grow together, to at
/// least 64 bits of filter for each block (up to 2^31 bits: beyond 30 million blocks chains get longer).
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
    bool insert(std::uintptr_t address, std::uint64_t size, std::uint64_t ordinal, TraceIndex trace) noexcept;
    /// Takes the block at `address` out into `removed`; false when it is not there.
    bool remove(const void* address, RecordedBlock& removed) noexcept;

private:
    static constexpr unsigned kGranuleShift = 4, kPageShift = 9;
    static constexpr unsigned kGranules = 1u << (kPageShift - kGranuleShift);
    static constexpr unsigned kGreatestKind = 5;
    static_assert(1u << kGreatestKind == kGranules);
    static constexpr std::size_t kKeptEmpty = 256;

    struct Block {
        std::uint64_t size;
        std::uint64_t ordinal;
        TraceIndex trace;
    };
    /// Followed by 2^kind blocks.
    struct Page {
        std::uint64_t number;
        std::uint32_t next;      // in the chain, or in the list of free pages; 0: none
        std::uint32_t occupied;  // granules that have a block
        std::uint32_t kind;
        std::uint32_t count;  // of blocks
    };
    using Word = std::uint64_t;
    /// Pages are known by the word they start at.
    using PageIndex = std::uint32_t;

    /// All of the address but which granule it is. Blocks that start off a granule's beginning, as some allocators give
    /// them, have pages of their own in the same chain.
    static std::uint64_t numberOf(std::uintptr_t address) {
        return address >> kPageShift | std::uint64_t{address % (1u << kGranuleShift)} << 60;
    }
    Page& page(PageIndex index) { return *reinterpret_cast<Page*>(m_words.data() + index); }
    Block* blocksOf(Page& page) { return reinterpret_cast<Block*>(&page + 1); }
    /// The page of this number, or of another one, that was emptied last.
    PageIndex& emptiedOf(std::uint64_t number) { return m_emptied[number % kKeptEmpty]; }
    PageIndex& chainOf(std::uint64_t number) { return m_directory[number & m_directoryMask]; }
    /// Where the block of `granule` is in the page, or would be.
    static unsigned placeOf(const Page& page, unsigned granule);
    PageIndex take(unsigned kind) noexcept;
    void giveBack(PageIndex index) noexcept;
    void keepEmptied(PageIndex index) noexcept;
    PageIndex enlarged(PageIndex index) noexcept;
    bool grow() noexcept;

    MappedArray<PageIndex> m_directory;
    std::uint64_t m_directoryMask = 0;
    MappedArray<Word> m_words;
    std::size_t m_usedWords = 0;
    PageIndex m_freePages[kGreatestKind + 1]{};  // by kind
    PageIndex m_emptied[kKeptEmpty]{};           // empty, and in their chains
    std::size_t m_count = 0;
    std::size_t m_capacity = 0;  // blocks, before filter and directory must grow
};

}  // namespace heapprof
