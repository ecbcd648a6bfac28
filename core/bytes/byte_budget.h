// How much files may take together.
#pragma once

#include <cstdint>

namespace heapprof {

/// Bytes that several files may still take; those of other processes, too, when it lies in memory that they share. All
/// zeros is an empty one.
class ByteBudget {
public:
    constexpr ByteBudget() = default;
    void set(std::uint64_t bytes) noexcept { __atomic_store_n(&m_left, bytes, __ATOMIC_RELAXED); }
    std::uint64_t left() const noexcept { return __atomic_load_n(&m_left, __ATOMIC_RELAXED); }
    /// False, and nothing is taken, when there are fewer left.
    bool take(std::uint64_t bytes) noexcept {
        std::uint64_t before = left();
        while (before >= bytes)
            if (__atomic_compare_exchange_n(&m_left, &before, before - bytes, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
                return true;
        __atomic_store_n(&m_wasRefused, true, __ATOMIC_RELAXED);
        return false;
    }
    /// Whether there ever were fewer left than somebody wanted.
    bool wasRefused() const noexcept { return __atomic_load_n(&m_wasRefused, __ATOMIC_RELAXED); }
    void giveBack(std::uint64_t bytes) noexcept { __atomic_fetch_add(&m_left, bytes, __ATOMIC_RELAXED); }

private:
    std::uint64_t m_left = 0;
    bool m_wasRefused = false;
};

}  // namespace heapprof
