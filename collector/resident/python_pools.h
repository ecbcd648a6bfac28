// How full the memory of Python's small-object allocator is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "collector/memory/mapped_array.h"

namespace heapprof {

/// pymalloc takes arenas from the system, divides them into pools, and each pool into blocks of one size. No function
/// tells how many are free, but every pool begins with its numbers, which have lain in the same places in all versions
/// of CPython: the layout is probed, and a number that cannot be is not believed. Arenas are known from the hook they
/// pass; those from before are looked for in the memory that the process had then, by the same numbers.
///
/// The owner locks, also against the hook: an arena is not unmapped while its pools are read. Nothing allocates from an
/// allocator or throws.
class PythonPools {
public:
    /// The layout, by some blocks that Python has just handed out; false when they are in no pool.
    bool learn(const void* block, std::size_t size) noexcept;
    /// Forgets the layout and all arenas: there are no pools.
    void clear() noexcept;

    void addArena(std::uintptr_t begin, std::size_t bytes) noexcept;
    void removeArena(std::uintptr_t begin, std::size_t bytes) noexcept;
    /// Arenas may lie in there. It may be unmapped at any time.
    void addOlder(std::uintptr_t begin, std::uintptr_t end) noexcept;

    struct Amounts {
        std::uint64_t inUse = 0;  ///< bytes of blocks handed out, as pymalloc has rounded them
        std::uint64_t held = 0;   ///< bytes of the pools
    };
    /// Of the pools in RAM. Looks at some hundreds, evenly spread, of which each stands for so many: takes a
    /// millisecond at most. `memory` is a descriptor of /proc/self/mem, or negative: then what is older is not known.
    Amounts count(int memory) noexcept;

private:
    struct Range {
        std::uintptr_t begin, end;
    };
    struct Header;
    bool isPool(const Header& header, std::uintptr_t pool) const noexcept;
    std::uint64_t poolsIn(const Range& range) const noexcept;
    std::uintptr_t firstPool(const Range& range) const noexcept;
    void note(const Header& header, std::uintptr_t pool, std::uint64_t weight, Amounts& amounts) const noexcept;

    std::size_t m_poolSize = 0;
    std::size_t m_alignment = 0;
    MappedArray<Range> m_arenas;
    std::size_t m_arenaCount = 0;
    MappedArray<Range> m_older;
    std::size_t m_olderCount = 0;
    std::uint64_t m_turn = 0;  // which of the pools are looked at
};

}  // namespace heapprof
