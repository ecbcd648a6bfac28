// Memory for big tables that are read here and there: on huge pages, where the system has them, so that the processor
// need not look up the address of every second entry.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace heapprof {

/// An allocator for std::vector.
template <typename T>
struct HugePages {
    using value_type = T;
    static constexpr std::size_t kPage = std::size_t{2} << 20;

    HugePages() = default;
    template <typename U>
    HugePages(const HugePages<U>&) {}

    T* allocate(std::size_t count) {
        const std::size_t bytes = count * sizeof(T);
        if (bytes < kPage) return static_cast<T*>(::operator new(bytes));
        void* memory = std::aligned_alloc(kPage, (bytes + kPage - 1) / kPage * kPage);
        if (!memory) throw std::bad_alloc();
#if defined(__linux__)
        ::madvise(memory, bytes, MADV_HUGEPAGE);  // refused or not, the memory is there
#endif
        return static_cast<T*>(memory);
    }
    void deallocate(T* memory, std::size_t count) {
        if (count * sizeof(T) < kPage)
            ::operator delete(memory);
        else
            std::free(memory);
    }
    bool operator==(const HugePages&) const = default;
};

template <typename T>
using BigTable = std::vector<T, HugePages<T>>;

}  // namespace heapprof
