#include "collector/block_table.h"

#include <sys/resource.h>

#include <algorithm>
#include <utility>

namespace heapprof {
namespace {

constexpr std::size_t kFirstCapacity = 4096;
constexpr std::uint64_t kBitsPerBlock = 64;
constexpr std::uint64_t kGreatestFilter = std::uint64_t{1} << 31;

constinit std::uint64_t s_noBits = 0;
constinit std::uint64_t s_reservedBits = 0;  // what g_filter.bits has room for

/// One range for the life of the process: a thread may read the filter at any time. Pages never touched cost nothing,
/// but a program with a limited address space gets a sixteenth of it taken at most.
bool reserveFilter() {
    if (s_reservedBits > 0) return true;
    std::uint64_t bytes = kGreatestFilter / 8;
    rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        bytes = std::min<std::uint64_t>(bytes, std::bit_floor(limit.rlim_cur / 16));
    for (; bytes >= kFirstCapacity * kBitsPerBlock / 8; bytes /= 2) {
        void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED) continue;
        madvise(memory, bytes, MADV_DONTDUMP);
        __atomic_store_n(&g_filter.bits, static_cast<std::uint64_t*>(memory), __ATOMIC_RELEASE);
        s_reservedBits = bytes * 8;
        return true;
    }
    return false;
}

/// Only the owner's thread changes bits, others but look.
void setBit(std::uint64_t bit, bool value) {
    std::uint64_t& word = g_filter.bits[bit >> 6];
    const std::uint64_t mask = std::uint64_t{1} << (bit & 63);
    __atomic_store_n(&word, value ? word | mask : word & ~mask, __ATOMIC_RELAXED);
}

/// Bits set below 32; the processor's own instruction is not in the baseline.
unsigned countBits(std::uint32_t value) {
    value -= value >> 1 & 0x55555555;
    value = (value & 0x33333333) + (value >> 2 & 0x33333333);
    return ((value + (value >> 4)) & 0x0f0f0f0f) * 0x01010101 >> 24;
}

}  // namespace

constinit AddressFilter g_filter{&s_noBits, 0};

BlockTable::~BlockTable() {
    if (!m_directory.data()) return;
    const std::uint64_t used = g_filter.mask + 1;
    __atomic_store_n(&g_filter.mask, 0, __ATOMIC_RELAXED);
    madvise(g_filter.bits, used / 8, MADV_DONTNEED);
}

bool BlockTable::create() noexcept {
    constexpr std::uint64_t kBits = kFirstCapacity * kBitsPerBlock;
    if (!reserveFilter() || !m_directory.reserve(kBits / kGranules)) return false;
    m_directoryMask = kBits / kGranules - 1;
    m_capacity = kFirstCapacity;
    m_usedWords = 1;  // no page has index 0
    __atomic_store_n(&g_filter.mask, kBits - 1, __ATOMIC_RELEASE);
    return true;
}

unsigned BlockTable::placeOf(const Page& page, unsigned granule) {
    return page.kind == kGreatestKind ? granule : countBits(page.occupied & ((std::uint32_t{1} << granule) - 1));
}

bool BlockTable::insert(std::uintptr_t address, std::uint64_t size, std::uint64_t ordinal, TraceIndex trace) noexcept {
    if (m_count >= m_capacity) grow();  // may fail for a while: longer chains are slower, not wrong
    const std::uint64_t number = numberOf(address);
    const auto granule = static_cast<unsigned>(address >> kGranuleShift) % kGranules;
    PageIndex* link = &chainOf(number);
    while (*link != 0 && page(*link).number != number) link = &page(*link).next;
    PageIndex index = *link;
    if (index == 0 || page(index).count == 1u << page(index).kind) {
        // The pages may move while one is added: links are found anew, by their place.
        index = index == 0 ? take(0) : enlarged(index);
        if (index == 0) return false;
        if (Page& fresh = page(index); fresh.count == 0) {
            fresh.number = number;
            fresh.next = std::exchange(chainOf(number), index);
        }
    }
    Page& home = page(index);
    if (PageIndex& emptied = emptiedOf(number); home.count == 0 && emptied == index) emptied = 0;
    Block* const blocks = blocksOf(home);
    const unsigned place = placeOf(home, granule);
    if (home.kind != kGreatestKind)
        for (unsigned i = home.count; i > place; --i) blocks[i] = blocks[i - 1];
    Block& added = blocks[place];  // field by field: a copy of the whole would wait for its parts
    added.size = size;
    added.ordinal = ordinal;
    added.trace = trace;
    home.occupied |= std::uint32_t{1} << granule;
    ++home.count;
    ++m_count;
    setBit(address >> kGranuleShift & g_filter.mask, true);
    return true;
}

bool BlockTable::remove(const void* address, RecordedBlock& removed) noexcept {
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    const std::uint64_t number = numberOf(wanted);
    const auto granule = static_cast<unsigned>(wanted >> kGranuleShift) % kGranules;
    const std::uint32_t bit = std::uint32_t{1} << granule;
    PageIndex homeIndex = 0;
    bool isShared = false;
    for (PageIndex index = chainOf(number); index != 0; index = page(index).next) {
        if (page(index).number == number)
            homeIndex = index;
        else
            isShared |= (page(index).occupied & bit) != 0;
    }
    if (homeIndex == 0 || !(page(homeIndex).occupied & bit)) return false;
    Page& home = page(homeIndex);
    Block* const blocks = blocksOf(home);
    const unsigned place = placeOf(home, granule);
    removed.address = wanted;  // field by field, as above
    removed.size = blocks[place].size;
    removed.ordinal = blocks[place].ordinal;
    removed.trace = blocks[place].trace;
    --home.count;
    --m_count;
    home.occupied &= ~bit;
    if (!isShared) setBit(wanted >> kGranuleShift & g_filter.mask, false);
    if (home.count == 0) {
        keepEmptied(homeIndex);
    } else if (home.kind != kGreatestKind) {
        for (unsigned i = place; i < home.count; ++i) blocks[i] = blocks[i + 1];
    }
    return true;
}

/// An empty page, or 0.
BlockTable::PageIndex BlockTable::take(unsigned kind) noexcept {
    PageIndex index = m_freePages[kind];
    if (index != 0) {
        m_freePages[kind] = page(index).next;
    } else {
        const std::size_t words = (sizeof(Page) + (sizeof(Block) << kind)) / sizeof(Word);
        if (m_usedWords + words > UINT32_MAX || !m_words.reserve(m_usedWords + words)) return 0;
        index = static_cast<PageIndex>(m_usedWords);
        m_usedWords += words;
    }
    page(index) = {0, 0, 0, kind, 0};
    return index;
}

void BlockTable::giveBack(PageIndex index) noexcept {
    page(index).next = std::exchange(m_freePages[page(index).kind], index);
}

/// In place of another one, which leaves its chain.
void BlockTable::keepEmptied(PageIndex index) noexcept {
    const PageIndex gone = std::exchange(emptiedOf(page(index).number), index);
    if (gone == 0) return;
    PageIndex* link = &chainOf(page(gone).number);
    while (*link != gone) link = &page(*link).next;
    *link = page(gone).next;
    giveBack(gone);
}

/// The full page's successor of the next kind, in its place in the chain; 0 when there is no memory.
BlockTable::PageIndex BlockTable::enlarged(PageIndex index) noexcept {
    const PageIndex next = take(std::min(page(index).kind + 2, kGreatestKind));
    if (next == 0) return 0;
    Page& before = page(index);
    Page& after = page(next);
    after.number = before.number;
    after.next = before.next;
    after.count = before.count;
    after.occupied = before.occupied;
    unsigned place = 0;
    for (std::uint32_t left = before.occupied; left != 0; left &= left - 1)
        blocksOf(after)[placeOf(after, static_cast<unsigned>(__builtin_ctz(left)))] = blocksOf(before)[place++];
    PageIndex* link = &chainOf(after.number);
    while (*link != index) link = &page(*link).next;
    *link = next;
    giveBack(index);
    return next;
}

bool BlockTable::grow() noexcept {
    const std::uint64_t bits = std::min<std::uint64_t>(m_capacity * 2 * kBitsPerBlock, s_reservedBits);
    m_capacity *= 2;  // when it fails: not to be tried again soon
    if (bits <= g_filter.mask + 1) return false;
    MappedArray<PageIndex> directory;
    if (!directory.reserve(bits / kGranules)) return false;
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
