// Keeps signals away from a thread: they are the program's, whose handlers may do anything.
#pragma once

#include <pthread.h>
#include <signal.h>

namespace heapprof {

/// While it exists, signals wait, or go to other threads; threads that are started meanwhile have none for good.
class BlockedSignals {
public:
    /// Asynchronous: but for those by which a thread says that it has failed, and which kill it when they are blocked.
    enum class Which { All, Asynchronous };

    explicit BlockedSignals(Which which = Which::All) {
        sigset_t blocked;
        sigfillset(&blocked);
        if (which == Which::Asynchronous)
            for (const int failure : {SIGBUS, SIGSEGV, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT})
                sigdelset(&blocked, failure);
        pthread_sigmask(SIG_SETMASK, &blocked, &m_before);
    }
    BlockedSignals(const BlockedSignals&) = delete;
    BlockedSignals& operator=(const BlockedSignals&) = delete;
    ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &m_before, nullptr); }

private:
    sigset_t m_before;
};

/// Starts a thread of ours, which gets no signals and is waited for by nobody. Returns 0 or an errno.
inline int startThread(void* (*function)(void*), void* argument, const char* name) {
    const BlockedSignals blocked;
    pthread_t thread;
    const int error = pthread_create(&thread, nullptr, function, argument);
    if (error != 0) return error;
    pthread_setname_np(thread, name);
    pthread_detach(thread);
    return 0;
}

}  // namespace heapprof
