#include "collector/memory/own_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

namespace heapprof::own_memory {
namespace {

struct Range {
    std::uintptr_t begin = 0;  // 0: free
    std::size_t bytes = 0;
};
constexpr std::size_t kRanges = 512;
constinit Range s_ranges[kRanges]{};
constinit std::uint32_t s_changes = 0;

}  // namespace

std::uint32_t changes() noexcept { return __atomic_load_n(&s_changes, __ATOMIC_RELAXED); }

void enter(const void* address, std::size_t bytes) noexcept {
    __atomic_fetch_add(&s_changes, 1u, __ATOMIC_RELAXED);
    for (Range& range : s_ranges) {
        std::uintptr_t free = 0;
        if (__atomic_load_n(&range.begin, __ATOMIC_RELAXED) != 0 ||
            !__atomic_compare_exchange_n(&range.begin, &free, reinterpret_cast<std::uintptr_t>(address), false,
                                         __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            continue;
        __atomic_store_n(&range.bytes, bytes, __ATOMIC_RELAXED);
        return;
    }
}

void leave(const void* address) noexcept {
    __atomic_fetch_add(&s_changes, 1u, __ATOMIC_RELAXED);
    for (Range& range : s_ranges) {
        if (__atomic_load_n(&range.begin, __ATOMIC_RELAXED) != reinterpret_cast<std::uintptr_t>(address)) continue;
        __atomic_store_n(&range.bytes, 0, __ATOMIC_RELAXED);
        __atomic_store_n(&range.begin, 0, __ATOMIC_RELAXED);
        return;
    }
}

std::uint64_t residentBytes(const void* address, std::size_t bytes) noexcept {
    constexpr std::size_t kAtOnce = 4096;
    unsigned char pages[kAtOnce];
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    auto* at = static_cast<char*>(const_cast<void*>(address));
    std::uint64_t count = 0;
    while (bytes > 0) {
        const std::size_t part = std::min(bytes, kAtOnce * page);
        if (mincore(at, part, pages) != 0) return 0;
        count += static_cast<std::uint64_t>(
            std::count_if(pages, pages + (part + page - 1) / page, [](unsigned char state) { return state & 1; }));
        at += part;
        bytes -= part;
    }
    return count * page;
}

std::uint64_t residentBytes() noexcept {
    std::uint64_t total = 0;
    for (const Range& range : s_ranges) {
        const std::uintptr_t begin = __atomic_load_n(&range.begin, __ATOMIC_RELAXED);
        if (begin != 0)
            total +=
                residentBytes(reinterpret_cast<const void*>(begin), __atomic_load_n(&range.bytes, __ATOMIC_RELAXED));
    }
    return total;
}

}  // namespace heapprof::own_memory
