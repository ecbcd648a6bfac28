// Resident memory is read from outside while the program calls no hook.
#pragma once

#include <cstdint>

#include "collector/resident/watched.h"

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

/// Starts a watcher for this process, which reads at least every `every` nanoseconds; `program` is its path. Does
/// nothing where that is impossible. Requires that the caller does not hold the collector's lock.
/// Whether there is one now.
bool start(const char* program, std::int64_t every) noexcept;
/// In place of a process number: there is no watcher, and none is to be started.
inline constexpr std::uint32_t kNone = ~std::uint32_t{0};
/// The watcher's process number, or kNone; 0: there is none yet.
std::uint32_t number() noexcept;
/// Uses the watcher with this process number, an ancestor's. Returns whether it still works. After kNone start() does
/// nothing.
bool join(std::uint32_t number) noexcept;
/// This process does not need the watcher any more. Requires the collector's lock.
void stop() noexcept;

/// What all processes with this watcher may write together; nullptr: there is no watcher. Valid until stop().
ByteBudget* budget() noexcept;

/// A slot for this process, which begins to record; nullptr: there is no watcher. Valid until stop(), or in a child
/// until it has one of its own. Requires the collector's lock.
WatchedProcess* enter() noexcept;

/// To be called in a child of a process that records: keeps the watcher alive for a while.
void afterForkInChild() noexcept;

}  // namespace heapprof::watcher
