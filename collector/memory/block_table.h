// The recorded blocks that are still alive, and the bit test that tells nearly every free that it is not concerned.
#pragma once

#include <cstdint>

#include "collector/memory/mapped_array.h"
#include "collector/memory/mapped_map.h"
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
/// of address space. A page has a place for each 512, 256, 128, 64, 32 or 16 of these bytes, and when two blocks meet
/// in one, a finer page takes over. A page whose last block goes stays where it is: programs that free much at once
/// allocate as much again, and at the same addresses. Only when a quarter of all are such is the oldest used elsewhere.
/// Addresses that share a filter bit are in one chain, so that removing a block sees at once
/// whether another one needs the bit. Filter and directory grow together, to at least 128 bits of filter for each page
/// (up to 2^31 bits: beyond 16 million pages chains get longer).
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

    /// What is known of the blocks to come: `All` blocks there are, so that a first one has neighbours of its size; or
    /// `Few` of them. False when there is no memory.
    enum class Expected { Few, All };
    bool create(Expected expected) noexcept;
    /// False when there is a block at the address already, or no memory.
    bool insert(std::uintptr_t address, std::uint64_t size, std::uint64_t ordinal, TraceIndex trace) noexcept;
    /// Takes the block at `address` out into `removed`; false when it is not there.
    bool remove(const void* address, RecordedBlock& removed) noexcept;

private:
    static constexpr unsigned kGranuleShift = 4, kPageShift = 9;
    static constexpr unsigned kGranules = 1u << (kPageShift - kGranuleShift);

    struct Block {
        std::uint32_t size;  // kLarge: what m_largeSizes says
        TraceIndex trace;
        std::uint64_t ordinal;
    };
    static constexpr std::uint32_t kLarge = 0xffffffff;

    /// Followed by its places, each for the granules that differ in the lowest `shift` bits alone.
    struct Page {
        std::uint64_t number;
        std::uint32_t next;      // in the chain, or in the list of free pages; 0: none
        std::uint32_t occupied;  // granules that have a block
        std::uint32_t shift;
        std::uint32_t together;  // as many bits as granules share a place
        std::uint32_t nextEmptied;
        std::uint32_t isInEmptied;

        Block& placeOf(unsigned granule) { return reinterpret_cast<Block*>(this + 1)[granule >> shift]; }
        bool isTaken(unsigned granule) const { return (occupied >> (granule >> shift << shift) & together) != 0; }
    };
    using Word = std::uint64_t;
    /// Pages are known by the word they start at.
    using PageIndex = std::uint32_t;
    /// Pages of one fineness that there are already.
    struct Supply {
        PageIndex free = 0;  // the first in the list of those in no chain
        // Those that were emptied, in that order. They are in their chains still, and may have blocks again.
        PageIndex firstEmptied = 0, lastEmptied = 0;
        std::size_t emptied = 0;
        std::size_t pages = 0;
    };
    struct AddressKey {
        std::uintptr_t address;

        bool operator==(const AddressKey&) const = default;
        std::uint64_t hash() const { return mix(address); }
    };

    static constexpr unsigned kCoarsest = 5;  // shift: one place for all
    static_assert(kGranules >> kCoarsest == 1);
    /// The coarsest places in which blocks of this size, one after the other, do not meet.
    static unsigned shiftFor(std::uint64_t size);
    /// All of the address but which granule it is. Blocks that start off a granule's beginning, as some allocators give
    /// them, have pages of their own in the same chain.
    static std::uint64_t numberOf(std::uintptr_t address) {
        return address >> kPageShift | std::uint64_t{address % (1u << kGranuleShift)} << 60;
    }
    static unsigned granuleOf(std::uintptr_t address) {
        return static_cast<unsigned>(address >> kGranuleShift) % kGranules;
    }
    /// No block's.
    static constexpr std::uint64_t kNoNumber = ~std::uint64_t{0};

    /// Of index 0: a page that no block has.
    Page& page(PageIndex index) { return *reinterpret_cast<Page*>(m_words.data() + index); }
    PageIndex& chainOf(std::uint64_t number) { return m_directory[number & m_directoryMask]; }
    PageIndex find(std::uint64_t number);
    PageIndex& linkTo(PageIndex index);
    bool insertElsewhere(std::uintptr_t address, std::uint64_t size, std::uint64_t ordinal, TraceIndex trace) noexcept;
    bool removeElsewhere(std::uintptr_t address, RecordedBlock& removed) noexcept;
    void put(Page& home, std::uintptr_t address, const Block& block);
    void takeOut(Page& home, std::uintptr_t address, RecordedBlock& removed);
    std::uint64_t takeLargeSize(std::uintptr_t address);
    PageIndex homeOf(std::uintptr_t address, std::uint64_t size) noexcept;
    PageIndex take(unsigned shift) noexcept;
    PageIndex takeEmptied(unsigned shift) noexcept;
    PageIndex takeNew(unsigned shift) noexcept;
    void keepEmptied(PageIndex index) noexcept;
    PageIndex refined(PageIndex index, unsigned granule) noexcept;
    bool grow() noexcept;

    MappedArray<PageIndex> m_directory;
    std::uint64_t m_directoryMask = 0;
    MappedArray<Word> m_words;
    std::size_t m_usedWords = 0;
    Supply m_supplies[kCoarsest + 1]{};  // by shift
    std::size_t m_pages = 0;             // in chains
    std::size_t m_capacity = 0;          // pages, before filter and directory must grow
    Expected m_expected = Expected::Few;
    MappedMap<AddressKey, std::uint64_t> m_largeSizes;
};

}  // namespace heapprof
