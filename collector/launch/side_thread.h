// A thread of ours beside the program's, which is away while Python forks.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>

#include "collector/system/kept_descriptor.h"
#include "collector/system/process_memory.h"

namespace heapprof {

/// From Python 3.12 on os.fork() counts the threads of the process, and warns of more than one. So the thread ends
/// before the program forks, and another one goes on with its work afterwards: in the parent as soon as os.fork() has
/// returned; in a child when start() is called there.
///
/// It stays, and Python warns, while its work takes long, and once the program has forbidden itself system calls
/// (seccomp): a new thread might be among these.
///
/// Never destroyed, as it may still work while the process exits.
class SideThread {
public:
    /// Goes on with what there is to do, with hooks suppressed, until that is over. False when it has to step aside, as
    /// wait() has said: then it will be called again. Throws nothing; Python may end the thread within.
    using Work = bool (*)();
    SideThread(const char* name, Work work) : m_name(name), m_work(work) {}
    SideThread(const SideThread&) = delete;
    SideThread& operator=(const SideThread&) = delete;

    /// Makes memory() and hasForbiddenItself() those of this process. Once in each, with the GIL.
    void enter() noexcept;
    /// After enter(). Returns 0 or an errno.
    int start() noexcept;

    /// For the thread: waits until there is something to read from `descriptor` (-1: from none), or something has
    /// become of it, or so many milliseconds have passed. False when the thread has to step aside.
    bool wait(int descriptor, int milliseconds) noexcept;

    ProcessMemory& memory() noexcept { return m_memory; }
    /// Whether the program has forbidden itself system calls since the first enter(); in a child known before its own.
    bool hasForbiddenItself() noexcept { return m_memory.filters() > m_filters; }

private:
    enum class State { Works, Asked, Away, Over };

    friend struct SideThreadCallbacks;

    static void* run(void* self);
    bool change(State from, State to) noexcept { return m_state.compare_exchange_strong(from, to); }
    void renewCall() noexcept;
    bool call() noexcept;
    bool mayBeMadeAnew() noexcept;
    bool isThere() noexcept;
    void stepAside() noexcept;

    static SideThread* s_latest;
    SideThread* m_earlier = nullptr;

    const char* const m_name;
    const Work m_work;
    pid_t m_process = 0;
    std::atomic<State> m_state{State::Works};
    std::atomic<pid_t> m_number{0};  // the thread's, until it is known to be gone
    ProcessMemory m_memory;
    std::uint64_t m_filters = 0;  // of system calls
    // A socket without a peer, which wakes the thread up when it is shut down.
    KeptDescriptor m_call;
    // Of m_call, and of the file that tells the filters, both of which the program may close.
    std::atomic_flag m_areInUse = ATOMIC_FLAG_INIT;
};

}  // namespace heapprof
