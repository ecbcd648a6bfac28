// The slots through which loaded objects call functions of other objects, and how to lead them elsewhere.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace heapprof::got {

/// Whether the slots of this machine's objects are known: of x86-64 and aarch64.
bool isSupported();

/// A function that is to be led elsewhere, and where.
struct Target {
    const char* name;
    /// What slots may be led to: one hook of each hook set. Entries may be equal.
    std::array<void*, 2> hooks;
    /// Where they lead without us: see resolve().
    void* original = nullptr;
    /// The executable's own stub for it, where that serves as the function's address in other objects: what takes
    /// this way arrives at the executable's slot.
    void* stub = nullptr;

    bool isHook(const void* function) const { return function == hooks[0] || function == hooks[1]; }
};

/// Finds the originals: the first definition in the order of loading. (dlsym() may answer with the executable's stub,
/// which leads to the slot that is to be changed.) The first target decides which object is the allocator; an allocator
/// other than the C library keeps its slots, as what it takes from the system is not the program's.
void resolve(std::span<Target> targets);

/// Leads every slot that goes to the original now, or would once it is bound, to the hook of `hookSet`. Objects are
/// left alone that call something unknown by a target's name (an allocator of their own, another tool's hooks), that
/// are still being loaded, and this module. False when one was still being loaded.
bool redirect(std::span<const Target> targets, std::size_t hookSet);

/// Leads every slot that goes to one of our hooks to the original.
void restore(std::span<const Target> targets);

/// How many slots lead to one of our hooks.
std::size_t count(std::span<const Target> targets);

/// Changes whenever an object is loaded.
unsigned long long loads();

}  // namespace heapprof::got
