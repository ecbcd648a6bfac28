// How much of the process's memory belongs to the profiler.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heapprof::own_memory {

// From any thread. None of these allocates or waits.

/// Adds our mapping [address, address + bytes). Not counted when there are too many.
void enter(const void* address, std::size_t bytes) noexcept;
/// Removes our mapping, which is about to be unmapped or moved, or has been.
void leave(const void* address) noexcept;

/// Changes with every enter() and leave(): earlier counts may be far off.
std::uint32_t changes() noexcept;

/// The bytes of [address, address + bytes) that are in RAM; 0 when it is not mapped. `address` is that of a page. Takes
/// some nanoseconds for each page.
std::uint64_t residentBytes(const void* address, std::size_t bytes) noexcept;
/// The same for all mappings of ours.
std::uint64_t residentBytes() noexcept;

}  // namespace heapprof::own_memory
