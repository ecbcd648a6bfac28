// How much of the process's memory is the profiler's own.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heapprof::own_memory {

// From any thread. None of these allocates or waits.

/// [address, address + bytes) is a mapping of ours from now on. When too many are known already it is not counted.
void enter(const void* address, std::size_t bytes) noexcept;
/// It is not any more, or it is about to be unmapped or moved.
void leave(const void* address) noexcept;

/// Changes whenever a mapping is entered or left: what was counted before may be far off.
std::uint32_t changes() noexcept;

/// Bytes of [address, address + bytes), which begins at a page, that are in RAM; 0 when it is not mapped. Takes some
/// nanoseconds for each page.
std::uint64_t residentBytes(const void* address, std::size_t bytes) noexcept;
/// The same of all mappings that have been entered.
std::uint64_t residentBytes() noexcept;

}  // namespace heapprof::own_memory
