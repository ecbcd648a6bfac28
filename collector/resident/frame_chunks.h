// How much memory the frames of Python functions take.
#pragma once

#include <cstddef>
#include <cstdint>

#include "collector/memory/mapped_array.h"
#include "collector/memory/mapped_map.h"

namespace heapprof {

/// Since CPython 3.11 frames lie in chunks of 16 KiB or more, which the interpreter takes from the system in the same
/// way as arenas: some for each thread, as many as its calls are deep, and for each greenlet.
///
/// The owner locks. Nothing allocates from an allocator or throws.
class FrameChunks {
public:
    void add(std::uintptr_t begin, std::size_t bytes) noexcept;
    void remove(std::uintptr_t begin) noexcept;

    bool isEmpty() const { return m_count == 0; }
    /// Bytes in RAM. Looks at some hundreds, evenly spread, of which each stands for so many: takes half a millisecond
    /// at most. One that has been unmapped is not in RAM.
    std::uint64_t count() noexcept;

private:
    struct Chunk {
        std::uintptr_t begin;
        std::size_t bytes;
    };
    struct Address {
        std::uintptr_t value;

        bool operator==(const Address&) const = default;
        std::uint64_t hash() const { return mix(value); }
    };

    MappedArray<Chunk> m_chunks;  // in any order
    std::size_t m_count = 0;
    std::uint64_t m_bytes = 0;                // of all of them
    MappedMap<Address, std::size_t> m_index;  // in m_chunks
    std::uint64_t m_turn = 0;                 // which of them are looked at
};

}  // namespace heapprof
