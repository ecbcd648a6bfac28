// Growing memory that does not come from an allocator of the profiled program.
#pragma once

#include <sys/mman.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "collector/memory/own_memory.h"

namespace heapprof {

/// An array of trivially copyable values in a mapping of its own. New elements are zero. Never throws.
template <typename T>
class MappedArray {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    MappedArray() = default;
    MappedArray(MappedArray&& other) noexcept
        : m_data(std::exchange(other.m_data, nullptr)), m_bytes(std::exchange(other.m_bytes, 0)) {}
    MappedArray& operator=(MappedArray&& other) noexcept {
        std::swap(m_data, other.m_data);
        std::swap(m_bytes, other.m_bytes);
        return *this;
    }
    ~MappedArray() {
        if (!m_data) return;
        own_memory::leave(m_data);
        munmap(m_data, m_bytes);
    }

    /// Grows to at least `count` elements; false when there is no memory, and nothing has changed.
    bool reserve(std::size_t count) noexcept {
        if (count <= capacity()) return true;
        constexpr std::size_t kMin = 4096;
        const std::size_t bytes = std::bit_ceil(count * sizeof(T) > kMin ? count * sizeof(T) : kMin);
        if (m_data) own_memory::leave(m_data);
        void* memory = m_data ? mremap(m_data, m_bytes, bytes, MREMAP_MAYMOVE)
                              : mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) {
            if (m_data) own_memory::enter(m_data, m_bytes);
            return false;
        }
        own_memory::enter(memory, bytes);
        m_data = static_cast<T*>(memory);
        m_bytes = bytes;
        return true;
    }

    std::size_t capacity() const { return m_bytes / sizeof(T); }
    T* data() { return m_data; }
    const T* data() const { return m_data; }
    T& operator[](std::size_t index) { return m_data[index]; }
    const T& operator[](std::size_t index) const { return m_data[index]; }

private:
    T* m_data = nullptr;
    std::size_t m_bytes = 0;  // mapped
};

}  // namespace heapprof
