// What the C allocator holds.
#pragma once

#include <cstdint>
#include <optional>

namespace heapprof::c_allocator {

/// Finds out whether the allocator in use can tell. Allocates and frees: to be called when nothing is recorded, with
/// the GIL.
void find() noexcept;

struct Amounts {
    std::uint64_t inUse = 0;  ///< bytes, each block with the allocator's own, in RAM or not
    std::uint64_t free = 0;   ///< bytes that it has from the system and has handed to nobody
};
/// Unset where it cannot tell. It takes the locks of the allocator one after the other, and walks through all free
/// blocks, 0.15 us each: only where the thread cannot have interrupted the allocator, and without the collector's lock,
/// which an allocator's own mapping hook may wait for. Signals wait meanwhile.
std::optional<Amounts> read() noexcept;

}  // namespace heapprof::c_allocator
