#include "collector/block_table.h"

#include <sys/resource.h>

#include <algorithm>

namespace heapprof {
namespace {

constexpr std::size_t kFirstCapacity = 4096;
constexpr std::uint64_t kBitsPerPlace = 32;  // at most every second place is taken
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
    for (; bytes >= kFirstCapacity * kBitsPerPlace / 8; bytes /= 2) {
        void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED) continue;
        madvise(memory, bytes, MADV_DONTDUMP);
        __atomic_store_n(&g_filter.bits, static_cast<std::uint64_t*>(memory), __ATOMIC_RELEASE);
        s_reservedBits = bytes * 8;
        return true;
    }
    return false;
}

std::uint64_t bitOf(std::uintptr_t address, std::uint64_t filterMask) { return (address >> 4) & filterMask; }

/// Neighbouring blocks lie in neighbouring places, groups of them anywhere: programs free blocks in the order of their
/// addresses more often than not.
std::size_t homeOf(std::uint64_t bit, std::size_t mask) {
    constexpr unsigned kGroup = 3;
    const std::uint64_t group = (bit >> kGroup) * 0x9E3779B97F4A7C15u >> 24;
    return (group << kGroup | (bit & ((1u << kGroup) - 1))) & mask;
}

}  // namespace

constinit AddressFilter g_filter{&s_noBits, 0};

BlockTable::~BlockTable() {
    if (!m_blocks.data()) return;
    const std::uint64_t used = g_filter.mask + 1;
    __atomic_store_n(&g_filter.mask, 0, __ATOMIC_RELAXED);
    madvise(g_filter.bits, used / 8, MADV_DONTNEED);
}

bool BlockTable::create() noexcept {
    if (!reserveFilter() || !m_blocks.reserve(kFirstCapacity)) return false;
    m_mask = kFirstCapacity - 1;
    __atomic_store_n(&g_filter.mask, kFirstCapacity * kBitsPerPlace - 1, __ATOMIC_RELEASE);
    return true;
}

bool BlockTable::insert(const RecordedBlock& block) noexcept {
    // Growing may fail for a while; a fuller table is slower, not wrong.
    if ((m_count + 1) * 2 > m_mask + 1 && !grow() && (m_count + 1) * 8 > (m_mask + 1) * 7) return false;
    put(m_blocks, m_mask, block, g_filter.mask);
    ++m_count;
    return true;
}

bool BlockTable::remove(const void* address, RecordedBlock& removed) noexcept {
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    const std::uint64_t filterMask = g_filter.mask;
    const std::uint64_t bit = bitOf(wanted, filterMask);
    std::size_t found = m_mask + 1;
    bool shared = false;
    for (std::size_t i = homeOf(bit, m_mask); m_blocks[i].address != 0; i = (i + 1) & m_mask) {
        if (m_blocks[i].address == wanted)
            found = i;
        else if (bitOf(m_blocks[i].address, filterMask) == bit)
            shared = true;
    }
    if (found > m_mask) return false;
    removed = m_blocks[found];
    std::size_t hole = found;
    for (std::size_t i = (hole + 1) & m_mask; m_blocks[i].address != 0; i = (i + 1) & m_mask) {
        const std::size_t home = homeOf(bitOf(m_blocks[i].address, filterMask), m_mask);
        if (((i - home) & m_mask) < ((i - hole) & m_mask)) continue;
        m_blocks[hole] = m_blocks[i];
        hole = i;
    }
    m_blocks[hole].address = 0;
    --m_count;
    if (!shared) __atomic_fetch_and(&g_filter.bits[bit >> 6], ~(std::uint64_t{1} << (bit & 63)), __ATOMIC_RELAXED);
    return true;
}

bool BlockTable::grow() noexcept {
    const std::size_t capacity = (m_mask + 1) * 2;
    const std::uint64_t filterMask = std::min<std::uint64_t>(capacity * kBitsPerPlace, s_reservedBits) - 1;
    MappedArray<RecordedBlock> blocks;
    if (!blocks.reserve(capacity)) return false;
    for (std::size_t i = 0; i <= m_mask; ++i)
        if (m_blocks[i].address != 0) put(blocks, capacity - 1, m_blocks[i], filterMask);
    m_blocks = std::move(blocks);
    m_mask = capacity - 1;
    // Every block has its bit under the new mask; now the hooks may use it.
    __atomic_store_n(&g_filter.mask, filterMask, __ATOMIC_RELEASE);
    return true;
}

void BlockTable::put(MappedArray<RecordedBlock>& blocks, std::size_t mask, const RecordedBlock& block,
                     std::uint64_t filterMask) noexcept {
    const std::uint64_t bit = bitOf(block.address, filterMask);
    std::size_t i = homeOf(bit, mask);
    while (blocks[i].address != 0) i = (i + 1) & mask;
    blocks[i] = block;
    __atomic_fetch_or(&g_filter.bits[bit >> 6], std::uint64_t{1} << (bit & 63), __ATOMIC_RELAXED);
}

}  // namespace heapprof
