// Redirects the slots through which loaded objects call functions of other objects.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace heapprof::got {

/// Whether this machine's objects are supported: those of x86-64 and aarch64.
bool isSupported();

/// A function whose slots are redirected.
struct Target {
    const char* name;
    /// Where slots may be redirected to: one hook of each hook set. They may be equal.
    std::array<void*, 2> hooks;
    /// The function itself: see resolve().
    void* original = nullptr;
    /// The executable's own stub for it, where other objects use that as the function's address. The stub goes through
    /// the executable's slot.
    void* stub = nullptr;

    bool isHook(const void* function) const { return function == hooks[0] || function == hooks[1]; }
};

/// Finds the originals: the first definition in the order of loading. (dlsym() may return the executable's stub, which
/// goes through the slot that is to be changed.) The object that defines the first target is the allocator. An
/// allocator other than the C library keeps its slots, as the memory that it takes from the system is not the
/// program's.
void resolve(std::span<Target> targets);

/// Redirects every slot that leads to the original now, or will once it is bound, to the hook of `hookSet`. Leaves out
/// this module, objects that are still being loaded, and objects in which a slot leads to something unknown (an
/// allocator of their own, another tool's hooks). False when an object was still being loaded.
bool redirect(std::span<const Target> targets, std::size_t hookSet);

/// Makes every slot that leads to one of our hooks lead to the original.
void restore(std::span<const Target> targets);

/// The number of slots that lead to one of our hooks.
std::size_t count(std::span<const Target> targets);

/// Changes whenever an object is loaded; 0 when that cannot be told: a signal handler has interrupted one of these
/// functions.
unsigned long long loads();

}  // namespace heapprof::got
