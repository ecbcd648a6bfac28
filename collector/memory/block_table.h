// The recorded blocks that are still alive, and the bit test by which nearly every free sees that its block is not one.
#pragma once

#include <bit>
#include <cstdint>

#include "collector/memory/mapped_array.h"
#include "collector/memory/mapped_map.h"
#include "core/units.h"

namespace heapprof {

/// One bit per 16 bytes of address space, folded by a mask: a clear bit means that no block there is recorded. The
/// address is not hashed, so that frees of neighbouring blocks use one cache line. Read without any lock.
struct AddressFilter {
    std::uint64_t* bits;
    std::uint64_t mask;  ///< of bit indices

    static std::uint64_t bitOf(const void* address) { return reinterpret_cast<std::uintptr_t>(address) >> 4; }

    bool mayContain(const void* address) const {
        // In this order: what has room for a mask is there before the mask.
        const std::uint64_t bit = bitOf(address) & __atomic_load_n(&mask, __ATOMIC_ACQUIRE);
        const std::uint64_t* const words = __atomic_load_n(&bits, __ATOMIC_ACQUIRE);
        return __atomic_load_n(&words[bit >> 6], __ATOMIC_RELAXED) >> (bit & 63) & 1;
    }
};
// Hidden, as all that hooks read: one instruction reaches it.
[[gnu::visibility("hidden")]] extern constinit AddressFilter g_filter;

struct RecordedBlock {
    std::uintptr_t address = 0;
    std::uint64_t size = 0;
    std::uint64_t ordinal = 0;
    TraceIndex trace;
};

/// All recorded live blocks by address. The cost of an operation does not grow with their number. Neighbours are stored
/// together, as programs often allocate and free blocks in the order of their addresses.
///
/// A directory, not hashed but folded by a mask like the filter, leads to chains of pages. A page has the blocks of 512
/// bytes of address space, with one slot for each 512, 256, 128, 64, 32 or 16 of these bytes; when two blocks need one
/// slot, a finer page replaces it. A page whose last block is removed stays in its chain, as programs that free much at
/// once often allocate as much again at the same addresses. When more than a quarter of all pages are empty, the one
/// that was emptied first is used elsewhere. Addresses that share a filter bit are in one chain, so that the removal of
/// a block sees at once whether another block needs the bit. Filter and directory grow together, to at least 128 bits
/// of filter for each page (up to 2^31 bits: beyond 16 million pages chains get longer).
///
/// Only one table may exist at a time, for there is one filter. The owner locks; anyone may read g_filter. A filter
/// that grows does not clear the bits of its old, shorter mask: a thread may be between reading the mask and reading
/// the bit. Such bits cost a look-up, not a block.
class BlockTable {
public:
    BlockTable() = default;
    BlockTable(const BlockTable&) = delete;
    BlockTable& operator=(const BlockTable&) = delete;
    /// Clears the filter.
    ~BlockTable();

    /// Which blocks will be inserted: `All` that the program allocates, so that neighbours of one size are likely, or
    /// `Few` of them. False when there is no memory.
    enum class Expected { Few, All };
    bool create(Expected expected) noexcept;
    /// From here on, others than before.
    void expect(Expected expected) noexcept { m_expected = expected; }
    /// False when there is a block at the address already, or no memory.
    bool insert(std::uintptr_t address, std::uint64_t size, std::uint64_t ordinal, TraceIndex trace) noexcept;
    /// Calls `visit(trace, size, ordinal)` for each block, whose ordinal may be changed; always in the same order.
    template <typename Visit>
    void forEach(Visit visit) noexcept {
        for (std::uint64_t at = 0; m_directory.data() && at <= m_directoryMask; ++at)
            for (PageIndex index = m_directory[at]; index != 0; index = page(index).next) {
                Page& home = page(index);
                for (std::uint32_t left = home.occupied; left != 0; left &= left - 1) {
                    const auto granule = static_cast<unsigned>(std::countr_zero(left));
                    Block& block = home.slotOf(granule);
                    visit(block.trace, sizeOf(home, granule), block.ordinal);
                }
            }
    }
    /// Takes the block at `address` out into `removed`; false when it is not there.
    bool remove(const void* address, RecordedBlock& removed) noexcept;

private:
    static constexpr unsigned kGranuleShift = 4, kPageShift = 9;
    static constexpr unsigned kGranules = 1u << (kPageShift - kGranuleShift);

    struct Block {
        std::uint32_t size;  // kLarge: it is in m_largeSizes
        TraceIndex trace;
        std::uint64_t ordinal;
    };
    static constexpr std::uint32_t kLarge = 0xffffffff;

    /// Followed by its slots, each for the granules that differ in the lowest `shift` bits alone.
    struct Page {
        std::uint64_t number;
        std::uint32_t next;      // in the chain, or in the list of free pages; 0: none
        std::uint32_t occupied;  // granules that have a block
        std::uint32_t shift;
        std::uint32_t together;  // as many one bits as granules share a slot
        std::uint32_t nextEmptied;
        std::uint32_t isInEmptied;

        Block& slotOf(unsigned granule) { return reinterpret_cast<Block*>(this + 1)[granule >> shift]; }
        bool isTaken(unsigned granule) const { return (occupied >> (granule >> shift << shift) & together) != 0; }
    };
    using Word = std::uint64_t;
    /// The word that a page starts at.
    using PageIndex = std::uint32_t;
    /// The pages of one fineness.
    struct Supply {
        PageIndex free = 0;  // first of the list of pages in no chain
        // Emptied pages, in the order they were emptied. They are still in their chains, and may have blocks again.
        PageIndex firstEmptied = 0, lastEmptied = 0;
        std::size_t emptied = 0;
        std::size_t pages = 0;
    };
    struct AddressKey {
        std::uintptr_t address;

        bool operator==(const AddressKey&) const = default;
        std::uint64_t hash() const { return mix(address); }
    };

    static constexpr unsigned kCoarsest = 5;  // shift: one slot for all granules
    static_assert(kGranules >> kCoarsest == 1);
    /// The coarsest fineness at which adjacent blocks of this size have slots of their own.
    static unsigned shiftFor(std::uint64_t size);
    /// The address without the number of its granule. Blocks that do not start at a granule, as from some allocators,
    /// have pages of their own in the same chain.
    static std::uint64_t numberOf(std::uintptr_t address) {
        return address >> kPageShift | std::uint64_t{address % (1u << kGranuleShift)} << 60;
    }
    static unsigned granuleOf(std::uintptr_t address) {
        return static_cast<unsigned>(address >> kGranuleShift) % kGranules;
    }
    /// The number of no block.
    static constexpr std::uint64_t kNoNumber = ~std::uint64_t{0};

    /// Index 0 is a page without blocks.
    Page& page(PageIndex index) { return *reinterpret_cast<Page*>(m_words.data() + index); }
    PageIndex& chainOf(std::uint64_t number) { return m_directory[number & m_directoryMask]; }
    std::uint64_t sizeOf(Page& home, unsigned granule);
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
