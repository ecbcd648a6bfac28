// Keeps a recording from running on in a child process by mistake.
#pragma once

#include <span>

namespace heapprof::process {

/// What is called around fork(), in the thread that calls it; nullptr: nothing is. None of these allocates.
struct ForkHandlers {
    void (*before)() noexcept = nullptr;
    void (*afterInParent)() noexcept = nullptr;
    void (*afterInChild)() noexcept = nullptr;
};

/// Registers the fork handlers, once, and marks this process as the one that records. Each kind is called in the order
/// of `handlers`, which outlive the process. Throws std::bad_alloc without memory: before recording.
void enter(std::span<const ForkHandlers> handlers);

/// Marks the child of enter()'s process, in which this is called, as one that records.
void adopt();

/// False in a child of enter()'s process made by the bare system call, which runs no fork handlers. (fork() itself is
/// handled: its child begins a recording of its own, or stops, before it goes on.)
bool isOurs();

}  // namespace heapprof::process
