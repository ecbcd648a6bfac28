// A thread's stay in what all threads share: the tables and the files of what is recorded.
#pragma once

#include <cerrno>

#include "collector/lock.h"
#include "collector/thread_state.h"

namespace heapprof {

/// While it exists, the thread holds the collector's lock; the program's errno stays what it was. A thread that is
/// inside already - a signal handler that interrupted it - does not get in a second time, nor is it recorded.
class Inside {
public:
    [[gnu::always_inline]] explicit Inside(bool wanted) : m_errno(errno), m_entered(wanted && !t_state.inside) {
        if (!m_entered) return;
        t_state.inside = true;
        s_lock.lock();
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    [[gnu::always_inline]] ~Inside() {
        if (m_entered) {
            s_lock.unlock();
            t_state.inside = false;
        }
        errno = m_errno;
    }
    explicit operator bool() const { return m_entered; }

    /// For the one who begins to record or to count, in this process: once it is inside.
    static void prepareLock() noexcept { s_lock.allowPreference(); }

    // Around fork(): no other thread is inside meanwhile, so that the child finds everything whole.
    static void beforeFork() noexcept;
    static void afterForkInParent() noexcept;
    /// When fork() was called by a signal handler that interrupted a stay, the thread is inside still: the child may
    /// return into it.
    static void afterForkInChild() noexcept;
    /// In a child of the bare system call, whose parent's other threads may have been inside.
    static void afterBareFork() noexcept { s_lock.reset(); }

private:
    static Lock s_lock;

    int m_errno;
    bool m_entered;
};

}  // namespace heapprof
