#include "collector/resident/python_pools.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace heapprof {
namespace {

constexpr std::size_t kLargestBlock = 512;
constexpr std::array<std::size_t, 3> kPoolSizes{4096, 16384, 65536};  // those of CPython, and one for the future

/// Of pools in arenas that are known, and by a system call each of those that may be older.
constexpr std::uint64_t kMaxLooks = 1024, kMaxOlderLooks = 512;

std::size_t pageSize() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

bool isInRam(std::uintptr_t address) {
    unsigned char state = 0;
    return mincore(reinterpret_cast<void*>(address & ~(pageSize() - 1)), 1, &state) == 0 && (state & 1);
}

}  // namespace

/// Objects/obmalloc.c, struct pool_header.
struct PythonPools::Header {
    std::uint32_t count;  // blocks handed out
    std::uint32_t unused;
    std::uintptr_t freeBlock, next, previous;
    std::uint32_t arena, sizeClass, nextOffset, maxNextOffset;
};

bool PythonPools::isPool(const Header& header, std::uintptr_t pool) const noexcept {
    const std::size_t block = (std::size_t{header.sizeClass} + 1) * m_alignment;
    return header.sizeClass < kLargestBlock / m_alignment && header.maxNextOffset == m_poolSize - block &&
           header.count <= (m_poolSize - sizeof(Header)) / block && header.nextOffset >= sizeof(Header) &&
           header.nextOffset <= m_poolSize &&
           (header.freeBlock == 0 || (header.freeBlock > pool && header.freeBlock < pool + m_poolSize));
}

bool PythonPools::learn(const void* block, std::size_t size) noexcept {
    static_assert(sizeof(Header) == 48);
    const auto address = reinterpret_cast<std::uintptr_t>(block);
    for (const std::size_t poolSize : kPoolSizes) {
        if (m_poolSize != 0 && poolSize != m_poolSize) continue;
        const std::uintptr_t pool = address & ~(poolSize - 1);
        if (!isInRam(pool)) continue;
        Header header;
        std::memcpy(&header, reinterpret_cast<const void*>(pool), sizeof header);
        for (const std::size_t alignment : {std::size_t{8}, std::size_t{16}}) {
            if (m_alignment != 0 && alignment != m_alignment) continue;
            constexpr std::size_t kDebugBytes = 64;  // that debug hooks ask for besides
            const std::size_t given = (std::size_t{header.sizeClass} + 1) * alignment;
            PythonPools tried;
            tried.m_poolSize = poolSize;
            tried.m_alignment = alignment;
            if (!tried.isPool(header, pool) || header.count == 0 || given < size || given > size + kDebugBytes)
                continue;
            m_poolSize = poolSize;
            m_alignment = alignment;
            return true;
        }
    }
    return false;
}

void PythonPools::clear() noexcept {
    m_poolSize = m_alignment = 0;
    m_arenaCount = m_olderCount = 0;
}

void PythonPools::addArena(std::uintptr_t begin, std::size_t bytes) noexcept {
    const Range arena{begin, begin + bytes};
    for (std::size_t i = 0; i < m_olderCount; ++i) {  // what lay there is gone
        Range& older = m_older[i];
        if (older.begin >= arena.end || older.end <= arena.begin) continue;
        const Range behind{arena.end, older.end};
        older.end = std::max(older.begin, arena.begin);
        if (behind.begin < behind.end) addOlder(behind.begin, behind.end);
    }
    if (!m_arenas.reserve(m_arenaCount + 1)) return;
    Range* const at = std::upper_bound(m_arenas.data(), m_arenas.data() + m_arenaCount, begin,
                                       [](std::uintptr_t address, const Range& each) { return address < each.begin; });
    std::move_backward(at, m_arenas.data() + m_arenaCount, m_arenas.data() + m_arenaCount + 1);
    *at = arena;
    ++m_arenaCount;
}

void PythonPools::removeArena(std::uintptr_t begin, std::size_t) noexcept {
    Range* const end = m_arenas.data() + m_arenaCount;
    Range* const at = std::lower_bound(m_arenas.data(), end, begin,
                                       [](const Range& each, std::uintptr_t address) { return each.begin < address; });
    if (at == end || at->begin != begin) return;  // an older one
    std::move(at + 1, end, at);
    --m_arenaCount;
}

void PythonPools::addOlder(std::uintptr_t begin, std::uintptr_t end) noexcept {
    if (m_older.reserve(m_olderCount + 1)) m_older[m_olderCount++] = {begin, end};
}

std::uintptr_t PythonPools::firstPool(const Range& range) const noexcept {
    return (range.begin + m_poolSize - 1) & ~(m_poolSize - 1);
}

std::uint64_t PythonPools::poolsIn(const Range& range) const noexcept {
    const std::uintptr_t first = firstPool(range);
    return first < range.end ? (range.end - first) / m_poolSize : 0;
}

void PythonPools::note(const Header& header, std::uintptr_t pool, std::uint64_t weight,
                       Amounts& amounts) const noexcept {
    if (!isPool(header, pool)) return;
    amounts.inUse += weight * header.count * (std::uint64_t{header.sizeClass} + 1) * m_alignment;
    amounts.held += weight * m_poolSize;
}

PythonPools::Amounts PythonPools::count(int memory) noexcept {
    Amounts amounts;
    if (m_poolSize == 0) return amounts;
    const std::uintptr_t page = pageSize();
    ++m_turn;
    // The `stride`th pool each, counted through all ranges.
    const auto look = [&](const Range* ranges, std::size_t count, std::uint64_t maxLooks, auto each) {
        std::uint64_t pools = 0;
        for (std::size_t i = 0; i < count; ++i) pools += poolsIn(ranges[i]);
        const std::uint64_t stride = std::max<std::uint64_t>((pools + maxLooks - 1) / maxLooks, 1);
        std::uint64_t next = m_turn % stride;  // in this range
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint64_t here = poolsIn(ranges[i]);
            const std::uintptr_t first = firstPool(ranges[i]);
            for (; next < here; next += stride) each(first + next * m_poolSize, stride);
            next -= here;
        }
    };
    // Which pages of the arena are in RAM: one system call for many pools.
    std::array<unsigned char, 1024> pages;
    std::uintptr_t known = 0, knownEnd = 0;
    look(m_arenas.data(), m_arenaCount, kMaxLooks, [&](std::uintptr_t pool, std::uint64_t weight) {
        if (pool < known || pool >= knownEnd) {
            const Range* const arena =
                std::upper_bound(m_arenas.data(), m_arenas.data() + m_arenaCount, pool,
                                 [](std::uintptr_t address, const Range& each) { return address < each.begin; }) -
                1;
            known = pool & ~(page - 1);
            knownEnd = weight > 8 ? known + page : std::min(arena->end, known + pages.size() * page);
            if (mincore(reinterpret_cast<void*>(known), knownEnd - known, pages.data()) != 0) {
                known = knownEnd = 0;
                return;
            }
        }
        if (!(pages[(pool - known) / page] & 1)) return;  // never used, or swapped out
        Header header;
        std::memcpy(&header, reinterpret_cast<const void*>(pool), sizeof header);
        note(header, pool, weight, amounts);
    });
    if (memory < 0) return amounts;
    look(m_older.data(), m_olderCount, kMaxOlderLooks, [&](std::uintptr_t pool, std::uint64_t weight) {
        if (!isInRam(pool)) return;  // to read a page that was never touched would map it
        Header header;
        if (pread(memory, &header, sizeof header, static_cast<off_t>(pool)) == sizeof header)
            note(header, pool, weight, amounts);
    });
    return amounts;
}

}  // namespace heapprof
