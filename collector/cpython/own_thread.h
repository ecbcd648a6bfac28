// The calling thread's thread state.
#pragma once

#include <Python.h>
#include <pthread.h>

namespace heapprof {

/// The calling thread's own state while it has the GIL; nullptr otherwise, as for C threads that Python does not know,
/// and once Python has ended. `holdsGil`: the caller should have it. (PyGILState_Check() says yes when Python has
/// ended, and in programs with sub-interpreters.)
inline PyThreadState* attachedThreadState([[maybe_unused]] bool holdsGil) {
#if PY_VERSION_HEX >= 0x030D0000
    return PyThreadState_GetUnchecked();
#elif PY_VERSION_HEX >= 0x030C0000
    return _PyThreadState_UncheckedGet();
#else
    // This getter returns the state of the GIL's holder, whichever thread that is.
    PyThreadState* const attached = holdsGil ? _PyThreadState_UncheckedGet() : nullptr;
    return attached && attached->thread_id == static_cast<unsigned long>(pthread_self()) ? attached : nullptr;
#endif
}

/// The calling thread's own state, never another's; nullptr for a thread without one. In requests of the RAW domain
/// another thread may hold the GIL.
inline PyThreadState* ownThreadState(bool holdsGil) {
    PyThreadState* const attached = attachedThreadState(holdsGil);
    // Not attached: the thread has released the GIL.
    return attached ? attached : PyGILState_GetThisThreadState();
}

/// Whether the calling thread has the GIL; `own` is its own state.
inline bool isAttached(const PyThreadState* own) {
#if PY_VERSION_HEX >= 0x030D0000
    return PyThreadState_GetUnchecked() == own;
#else
    return _PyThreadState_UncheckedGet() == own;
#endif
}

/// Whether the calling thread, which may have no GIL, runs the main interpreter.
inline bool isInMainInterpreter() {
    const PyThreadState* const state = attachedThreadState(true);
    return state && state->interp == PyInterpreterState_Main();
}

}  // namespace heapprof
