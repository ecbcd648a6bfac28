#include "collector/launch/side_thread.h"

#include <Python.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <utility>

#include "collector/cpython/fork_callback.h"
#include "collector/sampling/thread_state.h"
#include "collector/system/blocked_signals.h"

namespace heapprof {
namespace {

constexpr bool kCountsThreads = PY_VERSION_HEX >= 0x030C0000;  // os.fork()

pid_t ownNumber() { return static_cast<pid_t>(syscall(SYS_gettid)); }

/// Held for a few system calls, never by a thread that waits.
class Turn {
public:
    explicit Turn(std::atomic_flag& isTaken) : m_isTaken(isTaken) {
        while (m_isTaken.test_and_set(std::memory_order_acquire)) {
        }
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { m_isTaken.clear(std::memory_order_release); }

private:
    std::atomic_flag& m_isTaken;
};

}  // namespace

SideThread* SideThread::s_latest = nullptr;

/// Around os.fork(), in the process that forks.
struct SideThreadCallbacks {
    template <typename Each>
    static void forAll(const Each& each) {
        for (SideThread* thread = SideThread::s_latest; thread; thread = thread->m_earlier)
            if (thread->m_process == getpid()) each(*thread);
    }

    static PyObject* before(PyObject*, PyObject*) {
        forAll([](SideThread& thread) {
            if (!thread.isThere() || !thread.mayBeMadeAnew()) return;
            Py_BEGIN_ALLOW_THREADS;  // it may be about to take the GIL
            thread.stepAside();
            Py_END_ALLOW_THREADS;
        });
        return held(Py_None).release();
    }

    static int comeBack(void*) {
        const SuppressHooks suppressed;
        forAll([](SideThread& thread) {
            if (thread.m_state == SideThread::State::Away) thread.start();
        });
        return 0;
    }
    /// Some versions of Python count after they have called this, so that it is too early. The main thread gets to a
    /// pending call right after os.fork(); when it is another one that forks, there are several anyway.
    static PyObject* inParent(PyObject*, PyObject*) {
        if (ownNumber() != getpid() || Py_AddPendingCall(comeBack, nullptr) != 0) comeBack(nullptr);
        return held(Py_None).release();
    }

    static inline PyMethodDef s_before{"before", before, METH_NOARGS, "Threads of heapprof step aside."};
    static inline PyMethodDef s_inParent{"inParent", inParent, METH_NOARGS, "Threads of heapprof come back."};

    static void registerOnce() {
        static const bool s_isRegistered =
            !kCountsThreads || (registerAtFork("before", &s_before) && registerAtFork("after_in_parent", &s_inParent));
        if (!s_isRegistered) PyErr_Clear();
    }
};

void SideThread::enter() noexcept {
    const bool isFirst = m_process == 0;
    m_process = getpid();
    m_memory.open();
    if (isFirst) {
        m_earlier = std::exchange(s_latest, this);
        m_filters = m_memory.filters();
        SideThreadCallbacks::registerOnce();
    } else {
        m_areInUse.clear();  // by a thread that only the parent has
    }
}

int SideThread::start() noexcept {
    renewCall();  // the last one has been used
    m_number = 0;
    m_state = State::Works;
    const int error = startThread(run, this, m_name);
    if (error != 0) m_state = State::Over;
    return error;
}

void* SideThread::run(void* self) {
    const SuppressHooks suppressed;  // nothing of ours is to be in a recording
    SideThread& thread = *static_cast<SideThread*>(self);
    thread.m_number = ownNumber();
    for (;;) {
        if (thread.m_work()) {
            thread.m_state = State::Over;
            return nullptr;
        }
        if (thread.change(State::Asked, State::Away)) return nullptr;
    }
}

bool SideThread::wait(int descriptor, int milliseconds) noexcept {
    pollfd events[] = {{-1, 0, 0}, {descriptor, POLLIN, 0}};
    {
        const Turn turn(m_areInUse);
        if (!m_call.isOurs()) {
            m_memory.reopen();
            if (!hasForbiddenItself()) renewCall();
        }
        if (m_call.isOurs()) events[0].fd = m_call.number();
    }
    if (m_state == State::Works) poll(events, 2, milliseconds);
    if (m_state == State::Asked) return false;
    if (events[0].revents != 0) {  // nobody waits for that any more
        const Turn turn(m_areInUse);
        m_call.close();
    }
    return true;
}

void SideThread::renewCall() noexcept {
    m_call.close();
    m_call.take(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
}

bool SideThread::call() noexcept {
    const Turn turn(m_areInUse);
    return m_call.isOurs() && shutdown(m_call.number(), SHUT_RDWR) == 0;
}

bool SideThread::mayBeMadeAnew() noexcept {
    const Turn turn(m_areInUse);
    return m_memory.isOpen() && !hasForbiddenItself();
}

bool SideThread::isThere() noexcept {
    const State state = m_state;
    if (state == State::Works || state == State::Asked) return true;
    // A thread that is about to end counts until the system has done with it.
    const pid_t number = m_number;
    if (number != 0 && syscall(SYS_tgkill, getpid(), number, 0) == 0) return true;
    m_number = 0;
    return false;
}

void SideThread::stepAside() noexcept {
    constexpr int kPatience = 1000;
    constexpr timespec kPause{0, 50'000};
    bool mayWait = !change(State::Works, State::Asked) || call();
    for (int i = 0; mayWait && isThere(); ++i) {
        nanosleep(&kPause, nullptr);
        mayWait = i < kPatience;
    }
    change(State::Asked, State::Works);
}

}  // namespace heapprof
