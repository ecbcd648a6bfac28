// Reads resident memory while the program allocates nothing that Python sees, from outside of it.
#pragma once

#include <cstdint>

#include "collector/resident/watched.h"

/// Somebody must read when no hook is called: while NumPy works or everybody sleeps. Who can, and what a program would
/// notice of him:
///
/// * a thread of ours: os.fork() warns of it since Python 3.12 and counts it in /proc/self/stat; unshare() and setns()
///   of a user namespace are refused; it is listed in /proc/self/task;
/// * a timer that sends a signal: system calls that the program makes come back with EINTR;
/// * a timer's notification by thread, io_uring: threads again;
/// * perf_event_open(): counts page faults, so that it sees what grows and not what falls; containers forbid it;
/// * a process that shares our memory: it keeps that memory alive after exec, and unshare() and setns() are refused;
/// * a process of its own: nothing of the above. It costs half a millisecond at the start and is seen in a list of all
///   processes. This one.
///
/// The watcher is a small program, started by vfork and exec, without any of our descriptors, in a session and a folder
/// of its own. It is nobody's child: its parent, which ended at once and was waited for by number, sends no signal when
/// it ends and is not found by wait(). It reads /proc/PID/statm of the process and of those it forks, and leaves what
/// it reads in shared memory; they write it to their logs with their next event, so what a killed program did after its
/// last one is not known. Interpreters that they start and that record too join the same one. It ends when all of them
/// have ended, and is reaped as every daemon is, by process 1.
///
/// There is none where that would be noticed all the same or be dangerous: where orphans become our children (process 1
/// of a container, a subreaper), and where the program has put itself under a seccomp filter that its parent has not.
namespace heapprof::watcher {

/// Starts one for this process, which reads at least every so many nanoseconds; `program` is its path. When there can
/// be none there is none. The caller is not inside.
void start(const char* program, std::int64_t every) noexcept;
/// The process number of the one that watches; 0: there is none.
std::uint32_t number() noexcept;
/// Uses the one with this number, that of a process that this one descends from, and returns whether it still works.
bool join(std::uint32_t number) noexcept;
/// This process needs it no longer. The caller is inside.
void stop() noexcept;

/// A place for this process, which begins to record; nullptr: nobody watches. Until stop(), or in a child until it has
/// one of its own. The caller is inside.
WatchedProcess* enter() noexcept;

/// In a child of a process that records: it may want to be watched later.
void afterForkInChild() noexcept;

}  // namespace heapprof::watcher
