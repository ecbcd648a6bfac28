// Makes sure that a recording does not continue in a child process by mistake.
#pragma once

#include <cstdint>
#include <span>

namespace heapprof::process {

/// Called around fork(), in the thread that calls it. None of these allocates. nullptr: nothing to do.
struct ForkHandlers {
    void (*before)() noexcept = nullptr;
    void (*afterInParent)() noexcept = nullptr;
    void (*afterInChild)() noexcept = nullptr;
};

/// Registers the fork handlers of the first call for good, and marks this process as the one that records. To be called
/// before recording. Each kind of handler is called in the order of `handlers`, which must have static storage
/// duration. Throws std::bad_alloc without memory.
void enter(std::span<const ForkHandlers> handlers);

/// Marks the calling process, a child of enter()'s process, as one that records.
void adopt();

/// False in a child of enter()'s process made by the bare system call, which runs no fork handlers. (A child of fork()
/// itself has begun a recording of its own, or stopped, by its handlers.)
bool isOurs();

/// When the calling process began, in ticks of the system's clock since the system did; 0: /proc does not tell. What it
/// becomes by exec has the same, and hardly any other process of the same number.
std::uint64_t whenBegun() noexcept;

}  // namespace heapprof::process
