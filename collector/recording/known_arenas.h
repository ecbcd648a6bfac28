// What is known of the memory of Python's small-object allocator and of Python's frames, told by the hook for arenas.
#pragma once

#include <cstddef>
#include <span>

#include "collector/resident/python_memory.h"

/// In a child it is as its parent left it. Nothing here allocates or throws.
namespace heapprof::known_arenas {

/// A block that the allocator has just handed out.
struct SmallBlock {
    const void* address = nullptr;
    std::size_t size = 0;
};
/// Learns from blocks of several sizes how that allocator's memory is laid out, and what there may be of it. From here
/// on it is told of every arena, and of every chunk of frames. `isHooked` says whether it still is. Requires the GIL.
void begin(std::span<const SmallBlock> blocks, bool (*isHooked)()) noexcept;
void end() noexcept;
void mapped(const void* address, std::size_t size) noexcept;
/// To be called before the arena is unmapped.
void goes(const void* address, std::size_t size) noexcept;

/// Whether every arena is told. Requires the GIL.
bool areTold() noexcept;
/// Both; nullptr: they are not known. Arenas that go without our being told must not be read: with `areAllTold`
/// false there are none from here on. Requires the collector's lock.
PythonMemory* memory(bool areAllTold) noexcept;

}  // namespace heapprof::known_arenas
