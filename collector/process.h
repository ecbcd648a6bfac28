// Keeps a recording from running on in a child process by mistake.
#pragma once

namespace heapprof::process {

/// Registers the fork handlers, once, and marks this process as the one that records.
/// Throws std::bad_alloc without memory: before recording.
void enter();

/// Marks the child of enter()'s process, in which this is called, as one that records.
void adopt();

/// False in a child of enter()'s process made by the bare system call, which runs no fork handlers. (fork() itself is
/// handled: its child begins a recording of its own, or stops, before it goes on.)
bool isOurs();

}  // namespace heapprof::process
