// A Python object that is held.
#pragma once

#include <Python.h>

#include <memory>

namespace heapprof {

struct Release {
    void operator()(PyObject* object) const { Py_XDECREF(object); }
};
/// Null when the call that made it has failed; Python's error is set then.
using Reference = std::unique_ptr<PyObject, Release>;

inline Reference held(PyObject* object) {
    Py_XINCREF(object);
    return Reference(object);
}

}  // namespace heapprof
