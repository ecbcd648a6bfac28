// The lock of what all threads share: the tables and the files of what is recorded.
#pragma once

#include <optional>

#include "collector/locking/lock.h"
#include "collector/sampling/thread_state.h"

namespace heapprof {

/// Marks the thread as inside the collector and holds the collector's lock. Not reentrant: requires isAvailable(). The
/// program's errno stays what it was.
class CollectorLock {
public:
    [[gnu::always_inline]] CollectorLock() : m_errno(programsErrno()) {
        t_state.inside = true;
        s_lock.lock();
    }
    CollectorLock(const CollectorLock&) = delete;
    CollectorLock& operator=(const CollectorLock&) = delete;
    [[gnu::always_inline]] ~CollectorLock() {
        s_lock.unlock();
        t_state.inside = false;
        programsErrno() = m_errno;
    }

    /// False while this thread holds the lock: a signal handler that interrupted it does not lock a second time, nor is
    /// it recorded.
    static bool isAvailable() { return !t_state.inside; }

    /// See Lock::allowBias(). For the holder, when a process begins to record or to count.
    static void allowBias() noexcept { s_lock.allowBias(); }

    // Around fork(): no other thread holds the lock meanwhile, so that the child finds everything whole.
    static void beforeFork() noexcept;
    static void afterForkInParent() noexcept;
    /// When fork() was called by a signal handler that interrupted the holder, the child's thread holds the lock still:
    /// it may return into the interrupted work.
    static void afterForkInChild() noexcept;
    /// In a child of the bare system call, whose parent's other threads may have held the lock.
    static void afterBareFork() noexcept { s_lock.reset(); }

private:
    static Lock s_lock;

    int m_errno;
};

/// Holds the collector's lock, if that is wanted and available.
class TryCollectorLock {
public:
    explicit TryCollectorLock(bool wanted = true) {
        if (wanted && CollectorLock::isAvailable()) m_lock.emplace();
    }
    explicit operator bool() const { return m_lock.has_value(); }

private:
    std::optional<CollectorLock> m_lock;
};

}  // namespace heapprof
