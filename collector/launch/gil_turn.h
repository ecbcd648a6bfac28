// A thread of ours takes the GIL, as long as the program has not ended.
#pragma once

#include <Python.h>
#include <time.h>

#include <atomic>

#include "collector/cpython/own_thread.h"

namespace heapprof {

/// While one exists that is true, the thread has the GIL. Once end() has been called there are none: a thread that asks
/// for the GIL while Python ends never returns, or finds Python gone.
class GilTurn {
public:
    GilTurn() {
        s_count.fetch_add(1);
        m_has = !s_isOver.load();
        if (m_has) m_state = PyGILState_Ensure();
    }
    GilTurn(const GilTurn&) = delete;
    GilTurn& operator=(const GilTurn&) = delete;
    ~GilTurn() {
        if (m_has && attachedThreadState(true)) PyGILState_Release(m_state);  // see Release, reference.h
        s_count.fetch_sub(1);
    }
    explicit operator bool() const { return m_has; }

    /// For the program's end; requires the GIL. Lets those that have begun finish, but not for ever.
    static void end() {
        constexpr int kPatience = 10'000;
        s_isOver = true;
        for (int i = 0; i < kPatience && s_count.load() > 0; ++i) {
            Py_BEGIN_ALLOW_THREADS;
            constexpr timespec kMoment{0, 1'000'000};
            nanosleep(&kMoment, nullptr);
            Py_END_ALLOW_THREADS;
        }
    }
    /// For a forked child, which has none of its parent's threads.
    static void afterForkInChild() { s_count = 0; }

private:
    inline static std::atomic<int> s_count{0};
    inline static std::atomic<bool> s_isOver{false};

    bool m_has = false;
    PyGILState_STATE m_state{};
};

}  // namespace heapprof
