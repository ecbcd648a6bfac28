// Keeps a recording from running on in a child process.
#pragma once

namespace heapprof::process {

/// Registers the fork handlers, once, and marks this process as the one that records.
/// Throws std::bad_alloc without memory: before recording.
void enter();

/// False in a child of enter()'s process made by the bare system call, which runs no fork handlers. (fork() itself is
/// handled: its child stops recording before it goes on.)
bool isOurs();

}  // namespace heapprof::process
