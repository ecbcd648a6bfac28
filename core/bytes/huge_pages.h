// Memory for big tables that are read here and there: on huge pages, where the system has them, so that the processor
// need not look up the address of every second entry.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

namespace heapprof {

/// An allocator for std::vector.
template <typename T>
struct HugePages {
    using value_type = T;
    static constexpr std::size_t kPage = std::size_t{2} << 20;
    static constexpr std::size_t kWorthPages = kPage / 2;  // bytes from which on a table gets pages of its own

    HugePages() = default;
    template <typename U>
    HugePages(const HugePages<U>&) {}

    T* allocate(std::size_t count) {
        const std::size_t bytes = count * sizeof(T);
        if (bytes < kWorthPages) return static_cast<T*>(::operator new(bytes));
        return static_cast<T*>(mapped(pagesFor(bytes)));
    }
    void deallocate(T* memory, std::size_t count) {
        if (count * sizeof(T) < kWorthPages)
            ::operator delete(memory);
        else
            ::munmap(memory, pagesFor(count * sizeof(T)));
    }
    bool operator==(const HugePages&) const = default;

private:
    static std::size_t pagesFor(std::size_t bytes) { return (bytes + kPage - 1) / kPage * kPage; }
    /// Of the system, and given back to it: a heap would keep what was freed.
    static void* mapped(std::size_t bytes) {
        const std::size_t withMargin = bytes + kPage;
        void* const memory = ::mmap(nullptr, withMargin, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) throw std::bad_alloc();
        auto* const start = static_cast<char*>(memory);
        const std::size_t before = (kPage - reinterpret_cast<std::uintptr_t>(memory) % kPage) % kPage;
        if (before > 0) ::munmap(start, before);
        if (before < kPage) ::munmap(start + before + bytes, kPage - before);
#if defined(MADV_HUGEPAGE)
        ::madvise(start + before, bytes, MADV_HUGEPAGE);  // refused or not, the memory is there
#endif
        return start + before;
    }
};

template <typename T>
using BigTable = std::vector<T, HugePages<T>>;

}  // namespace heapprof
