// A Python object that is held.
#pragma once

#include <Python.h>

#include <memory>

#include "collector/cpython/own_thread.h"

namespace heapprof {

/// Before 3.14 a thread that asks for the GIL while Python ends is unwound, without the GIL: nothing is released then.
struct Release {
    void operator()(PyObject* object) const {
        if (attachedThreadState(true)) Py_DECREF(object);
    }
};
/// Null when the call that made it has failed; Python's error is set then.
using Reference = std::unique_ptr<PyObject, Release>;

inline Reference held(PyObject* object) {
    Py_XINCREF(object);
    return Reference(object);
}

}  // namespace heapprof
