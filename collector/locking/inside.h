// A thread's stay in what all threads share: the tables and the files of what is recorded.
#pragma once

#include <optional>

#include "collector/locking/lock.h"
#include "collector/sampling/thread_state.h"

namespace heapprof {

/// While it exists, the thread is inside, which it was not before: it holds the collector's lock. The program's errno
/// stays what it was.
class Stay {
public:
    [[gnu::always_inline]] Stay() : m_errno(t_state.programsErrno()) {
        t_state.inside = true;
        s_lock.lock();
    }
    Stay(const Stay&) = delete;
    Stay& operator=(const Stay&) = delete;
    [[gnu::always_inline]] ~Stay() {
        s_lock.unlock();
        t_state.inside = false;
        t_state.programsErrno() = m_errno;
    }

    /// A signal handler that interrupted a stay of its thread does not get in a second time, nor is it recorded.
    static bool isPossible() { return !t_state.inside; }

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
};

/// A stay, if it is wanted and possible.
class Inside {
public:
    explicit Inside(bool wanted = true) {
        if (wanted && Stay::isPossible()) m_stay.emplace();
    }
    explicit operator bool() const { return m_stay.has_value(); }

private:
    std::optional<Stay> m_stay;
};

}  // namespace heapprof
