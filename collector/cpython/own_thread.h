// The calling thread's thread state.
#pragma once

#include <Python.h>
#include <pthread.h>

namespace heapprof {

/// The calling thread's own state, never another's; nullptr for a thread without one. In requests of the RAW domain
/// another thread may hold the GIL.
inline PyThreadState* ownThreadState([[maybe_unused]] bool holdsGil) {
#if PY_VERSION_HEX >= 0x030D0000
    PyThreadState* const attached = PyThreadState_GetUnchecked();
#elif PY_VERSION_HEX >= 0x030C0000
    PyThreadState* const attached = _PyThreadState_UncheckedGet();
#else
    // This getter returns the state of the GIL's holder, whichever thread that is.
    PyThreadState* attached = holdsGil ? _PyThreadState_UncheckedGet() : nullptr;
    if (attached && attached->thread_id != static_cast<unsigned long>(pthread_self())) attached = nullptr;
#endif
    // Not attached: the thread has released the GIL.
    return attached ? attached : PyGILState_GetThisThreadState();
}

}  // namespace heapprof
