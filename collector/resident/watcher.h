// Resident memory is read from outside while the program calls no hook.
#pragma once

#include <cstdint>

#include "collector/resident/run_memory.h"

/// While NumPy works or all threads sleep no hook is called, and something else must read. The ways to do that, and
/// what a program would notice of them:
///
/// * a thread of ours: os.fork() warns of it since Python 3.12 and counts it in /proc/self/stat; unshare() and setns()
///   of a user namespace are refused; it is listed in /proc/self/task;
/// * a timer that sends a signal: system calls that the program makes come back with EINTR;
/// * a timer's notification by thread, io_uring: threads again;
/// * perf_event_open(): counts page faults, so that it sees memory grow and not shrink; containers forbid it;
/// * a process that shares our memory: it keeps that memory alive after exec, and unshare() and setns() are refused;
/// * a process of its own: none of the above. It costs half a millisecond at the start, and a list of all processes
/// shows
///   it. This is our way.
///
/// The watcher is a small program, started by vfork and exec, without any of our descriptors, in a session and a folder
/// of its own. It is not the program's child: its parent ends at once and is waited for by number, sends no signal when
/// it ends, and wait() does not find it. The watcher reads /proc/PID/statm of the process and of those that it forks,
/// and leaves its readings in shared memory. The processes write them to their logs with their next event, so readings
/// after the last event of a killed program are lost. Interpreters that they start and that record use the same
/// watcher. It ends when all of them have ended, and is reaped by process 1 as daemons are.
///
/// There is no watcher where it would be noticed all the same or be dangerous: where orphans become our children
/// (process 1 of a container, a subreaper), in the interpreters that such a process starts, whose orphans are its
/// children too, and where the program has a seccomp filter that its parent has not.
namespace heapprof::watcher {

/// Sees to it that the run whose memory this process has is watched, where that is possible. `program` is the watcher's
/// path. Requires that the caller does not hold the collector's lock.
void start(const char* program) noexcept;
/// The process number of the one that works; 0: there is none.
std::uint32_t number() noexcept;

/// For a process that has told others of its run: if it adopts orphans by now, none of them starts a watcher.
void noteOrphans() noexcept;
/// Whether none is to be started.
bool isForbidden() noexcept;

/// A slot for this process, which begins to record; nullptr: there is no watcher. Valid until leave(), or in a child
/// until it has one of its own. Requires the collector's lock.
WatchedProcess* enter() noexcept;
/// This process does not need the watcher any more. Requires the collector's lock.
void leave() noexcept;

/// To be called in a child of a process that records: keeps the watcher alive for a while.
void afterForkInChild() noexcept;

}  // namespace heapprof::watcher
