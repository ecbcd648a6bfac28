#include "collector/memory/block_table.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "collector/memory/own_memory.h"

namespace heapprof {
namespace {

constexpr std::size_t kFirstCapacity = 4096;  // pages
constexpr std::uint64_t kBitsPerPage = 128;
/// So many emptied pages always stay in their chains. So many are tried in search of one that is still empty.
constexpr std::size_t kKeptEmptied = 256;
constexpr int kTries = 8;
constexpr std::uint64_t kFirstFilter = std::uint64_t{1} << 27;  // bits: enough for a million pages
constexpr std::uint64_t kMaxFilter = std::uint64_t{1} << 31;

constinit std::uint64_t s_noBits = 0;
constinit std::uint64_t s_roomBits = 0;      // of g_filter.bits
constinit std::uint64_t s_reservedBits = 0;  // that it may grow to where it is

/// Room for so many bits. It is taken where the last room ends, in address space of which nothing is used yet, so that
/// nothing of it is populated when the program locks its memory. Where that is used up the filter moves to a larger
/// one; the old one stays, as a thread may be reading it.
bool reserveFilter(std::uint64_t bits) {
    if (bits <= s_roomBits) return true;
    if (bits > s_reservedBits) {
        const std::uint64_t reserved = bits <= kFirstFilter ? kFirstFilter : kMaxFilter;
        void* const memory = mmap(nullptr, reserved / 8, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED) return false;
        if (mprotect(memory, bits / 8, PROT_READ | PROT_WRITE) != 0) {
            munmap(memory, reserved / 8);
            return false;
        }
        madvise(memory, reserved / 8, MADV_DONTDUMP);
        own_memory::enter(memory, bits / 8);
        if (s_roomBits > 0) std::memcpy(memory, g_filter.bits, s_roomBits / 8);
        __atomic_store_n(&g_filter.bits, static_cast<std::uint64_t*>(memory), __ATOMIC_RELEASE);
        s_reservedBits = reserved;
    } else {
        if (mprotect(g_filter.bits, bits / 8, PROT_READ | PROT_WRITE) != 0) return false;
        own_memory::leave(g_filter.bits);
        own_memory::enter(g_filter.bits, bits / 8);
    }
    s_roomBits = bits;
    return true;
}

/// Only the owner changes bits; other threads read them.
void setBit(std::uint64_t bit, bool value) {
    std::uint64_t& word = g_filter.bits[bit >> 6];
    const std::uint64_t mask = std::uint64_t{1} << (bit & 63);
    __atomic_store_n(&word, value ? word | mask : word & ~mask, __ATOMIC_RELAXED);
}

/// One bit for each of the granules that share a slot.
std::uint32_t bitsTogether(unsigned shift) { return ~std::uint32_t{0} >> (32 - (1u << shift)); }

}  // namespace

constinit AddressFilter g_filter{&s_noBits, 0};

BlockTable::~BlockTable() {
    if (!m_directory.data()) return;
    const std::uint64_t used = g_filter.mask + 1;
    __atomic_store_n(&g_filter.mask, 0, __ATOMIC_RELAXED);
    // Locked memory cannot be given back.
    if (madvise(g_filter.bits, used / 8, MADV_DONTNEED) != 0) std::memset(g_filter.bits, 0, used / 8);
}

unsigned BlockTable::shiftFor(std::uint64_t size) {
    const std::uint64_t granules = (size >> kGranuleShift) + (size % (1u << kGranuleShift) != 0 ? 1 : 0);
    return std::min(kCoarsest, std::max(1u, static_cast<unsigned>(std::bit_width(granules))) - 1);
}

bool BlockTable::create(Expected expected) noexcept {
    constexpr std::uint64_t kBits = kFirstCapacity * kBitsPerPage;
    if (!reserveFilter(kBits) || !m_directory.reserve(kBits / kGranules)) return false;
    m_directoryMask = kBits / kGranules - 1;
    m_capacity = kFirstCapacity;
    m_expected = expected;
    take(kCoarsest);
    if (!m_words.data()) return false;
    page(0).number = kNoNumber;
    __atomic_store_n(&g_filter.mask, kBits - 1, __ATOMIC_RELEASE);
    return true;
}

bool BlockTable::insert(std::uintptr_t address, std::uint64_t size, std::uint64_t ordinal, TraceIndex trace) noexcept {
    const std::uint64_t number = numberOf(address);
    const unsigned granule = granuleOf(address);
    Page& home = page(chainOf(number));
    if (home.number != number || home.isTaken(granule) || size >= kLarge) [[unlikely]]
        return insertElsewhere(address, size, ordinal, trace);
    put(home, address, {static_cast<std::uint32_t>(size), trace, ordinal});
    return true;
}

[[gnu::noinline]] bool BlockTable::insertElsewhere(std::uintptr_t address, std::uint64_t size, std::uint64_t ordinal,
                                                   TraceIndex trace) noexcept {
    const PageIndex home = homeOf(address, size);
    if (home == 0) return false;
    const bool isLarge = size >= kLarge;
    if (isLarge && !m_largeSizes.insert({address}, size)) {
        if (page(home).occupied == 0) keepEmptied(home);
        return false;
    }
    put(page(home), address, {isLarge ? kLarge : static_cast<std::uint32_t>(size), trace, ordinal});
    return true;
}

/// Requires that the slot is not taken.
void BlockTable::put(Page& home, std::uintptr_t address, const Block& block) {
    const unsigned granule = granuleOf(address);
    Block& slot = home.slotOf(granule);  // field by field: a copy of the whole would wait for its parts
    slot.size = block.size;
    slot.trace = block.trace;
    slot.ordinal = block.ordinal;
    home.occupied |= std::uint32_t{1} << granule;
    setBit(address >> kGranuleShift & g_filter.mask, true);
}

bool BlockTable::remove(const void* address, RecordedBlock& removed) noexcept {
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    const std::uint64_t number = numberOf(wanted);
    const unsigned granule = granuleOf(wanted);
    const PageIndex index = chainOf(number);
    Page& home = page(index);
    if (home.number != number || home.next != 0) [[unlikely]]
        return removeElsewhere(wanted, removed);
    if (!(home.occupied >> granule & 1)) return false;
    takeOut(home, wanted, removed);
    setBit(wanted >> kGranuleShift & g_filter.mask, false);
    if (home.occupied == 0) keepEmptied(index);
    return true;
}

[[gnu::noinline]] bool BlockTable::removeElsewhere(std::uintptr_t address, RecordedBlock& removed) noexcept {
    const std::uint64_t number = numberOf(address);
    const std::uint32_t bit = std::uint32_t{1} << granuleOf(address);
    PageIndex homeIndex = 0;
    bool isShared = false;
    for (PageIndex index = chainOf(number); index != 0; index = page(index).next) {
        if (page(index).number == number)
            homeIndex = index;
        else
            isShared |= (page(index).occupied & bit) != 0;
    }
    Page& home = page(homeIndex);
    if (!(home.occupied & bit)) return false;
    takeOut(home, address, removed);
    if (!isShared) setBit(address >> kGranuleShift & g_filter.mask, false);
    if (home.occupied == 0) keepEmptied(homeIndex);
    return true;
}

void BlockTable::takeOut(Page& home, std::uintptr_t address, RecordedBlock& removed) {
    const unsigned granule = granuleOf(address);
    const Block& slot = home.slotOf(granule);
    removed.address = address;  // field by field, as above
    removed.size = slot.size;
    removed.trace = slot.trace;
    removed.ordinal = slot.ordinal;
    home.occupied ^= std::uint32_t{1} << granule;
    if (slot.size == kLarge) [[unlikely]]
        removed.size = takeLargeSize(address);
}

[[gnu::noinline]] std::uint64_t BlockTable::takeLargeSize(std::uintptr_t address) {
    const std::uint64_t size = *m_largeSizes.find({address});
    m_largeSizes.erase({address});
    return size;
}

std::uint64_t BlockTable::sizeOf(Page& home, unsigned granule) {
    const Block& block = home.slotOf(granule);
    if (block.size != kLarge) return block.size;
    const std::uint64_t within = home.number >> 60, page = home.number << 4 >> 4;  // see numberOf()
    return *m_largeSizes.find({page << kPageShift | std::uint64_t{granule} << kGranuleShift | within});
}

/// The page with this number; 0: there is none.
BlockTable::PageIndex BlockTable::find(std::uint64_t number) {
    PageIndex index = chainOf(number);
    while (index != 0 && page(index).number != number) index = page(index).next;
    return index;
}

/// The link to a page in its chain.
BlockTable::PageIndex& BlockTable::linkTo(PageIndex index) {
    PageIndex* link = &chainOf(page(index).number);
    while (*link != index) link = &page(*link).next;
    return *link;
}

/// A page where the slot of `address` is free; 0 when there is a block at the address, or no memory.
BlockTable::PageIndex BlockTable::homeOf(std::uintptr_t address, std::uint64_t size) noexcept {
    const std::uint64_t number = numberOf(address);
    if (const PageIndex found = find(number)) {
        const unsigned granule = granuleOf(address);
        if (page(found).occupied >> granule & 1) return 0;
        return page(found).isTaken(granule) ? refined(found, granule) : found;
    }
    if (m_pages >= m_capacity) grow();  // when this fails, longer chains are slower but right
    const PageIndex fresh = take(m_expected == Expected::All ? shiftFor(size) : kCoarsest);
    if (fresh == 0) return 0;
    page(fresh).number = number;
    page(fresh).next = std::exchange(chainOf(number), fresh);
    ++m_pages;
    return fresh;
}

/// An empty page, or 0.
BlockTable::PageIndex BlockTable::take(unsigned shift) noexcept {
    Supply& supply = m_supplies[shift];
    PageIndex index = supply.free;
    if (index != 0)
        supply.free = page(index).next;
    else
        index = takeEmptied(shift);
    if (index == 0) return takeNew(shift);
    page(index).next = 0;
    page(index).occupied = 0;
    return index;
}

/// The page that was emptied first; 0 when few are emptied, or those that were tried have blocks again.
BlockTable::PageIndex BlockTable::takeEmptied(unsigned shift) noexcept {
    Supply& supply = m_supplies[shift];
    for (int tries = 0; tries < kTries && supply.emptied > kKeptEmptied + supply.pages / 4; ++tries) {
        const PageIndex index = supply.firstEmptied;
        Page& oldest = page(index);
        supply.firstEmptied = oldest.nextEmptied;
        if (supply.firstEmptied == 0) supply.lastEmptied = 0;
        __builtin_prefetch(&page(supply.firstEmptied));
        --supply.emptied;
        oldest.isInEmptied = 0;
        if (oldest.occupied != 0) continue;
        linkTo(index) = oldest.next;
        --m_pages;
        return index;
    }
    return 0;
}

BlockTable::PageIndex BlockTable::takeNew(unsigned shift) noexcept {
    const std::size_t words = (sizeof(Page) + sizeof(Block) * (kGranules >> shift)) / sizeof(Word);
    if (m_usedWords + words > UINT32_MAX || !m_words.reserve(m_usedWords + words)) return 0;
    const auto index = static_cast<PageIndex>(m_usedWords);
    m_usedWords += words;
    ++m_supplies[shift].pages;
    page(index) = {0, 0, 0, shift, bitsTogether(shift), 0, 0};
    return index;
}

void BlockTable::keepEmptied(PageIndex index) noexcept {
    Page& emptied = page(index);
    if (emptied.isInEmptied) return;
    emptied.isInEmptied = 1;
    emptied.nextEmptied = 0;
    Supply& supply = m_supplies[emptied.shift];
    (supply.lastEmptied != 0 ? page(supply.lastEmptied).nextEmptied : supply.firstEmptied) = index;
    supply.lastEmptied = index;
    ++supply.emptied;
}

/// Replaces a page where the slot of `granule` is taken by a finer one where it is free; 0 when there is no memory.
BlockTable::PageIndex BlockTable::refined(PageIndex index, unsigned granule) noexcept {
    unsigned shift = page(index).shift;
    const auto meets = [&] {
        const auto first = granule >> shift << shift;
        return (page(index).occupied >> first & bitsTogether(shift)) != 0;
    };
    do --shift;
    while (meets());
    const PageIndex next = take(shift);
    if (next == 0) return 0;
    Page& before = page(index);
    Page& after = page(next);
    after.number = before.number;
    after.next = before.next;
    after.occupied = before.occupied;
    for (std::uint32_t left = before.occupied; left != 0; left &= left - 1) {
        const auto moved = static_cast<unsigned>(__builtin_ctz(left));
        after.slotOf(moved) = before.slotOf(moved);
    }
    linkTo(index) = next;
    before.next = std::exchange(m_supplies[before.shift].free, index);
    return next;
}

bool BlockTable::grow() noexcept {
    const std::uint64_t bits = std::min<std::uint64_t>(m_capacity * 2 * kBitsPerPage, kMaxFilter);
    m_capacity *= 2;  // also when growing fails: it is not tried again soon
    if (bits <= g_filter.mask + 1) return false;
    MappedArray<PageIndex> directory;
    if (!directory.reserve(bits / kGranules) || !reserveFilter(bits)) return false;
    const std::uint64_t before = m_directoryMask + 1;
    std::swap(m_directory, directory);
    m_directoryMask = bits / kGranules - 1;
    for (std::uint64_t i = 0; i < before; ++i) {
        for (PageIndex index = directory[i]; index != 0;) {
            Page& moved = page(index);
            const std::uint64_t firstBit = moved.number * kGranules & (bits - 1);
            for (std::uint32_t left = moved.occupied; left != 0; left &= left - 1)
                setBit(firstBit + static_cast<unsigned>(__builtin_ctz(left)), true);
            const PageIndex next = moved.next;
            moved.next = std::exchange(chainOf(moved.number), index);
            index = next;
        }
    }
    // Every block has its bit under the new mask; now the hooks may use it.
    __atomic_store_n(&g_filter.mask, bits - 1, __ATOMIC_RELEASE);
    return true;
}

}  // namespace heapprof
