// Functions of ours that Python calls around os.fork().
#pragma once

#include "collector/cpython/reference.h"

namespace heapprof {

/// `moment` is "before" or "after_in_child", as os.register_at_fork() has it; `method` stays for good. Requires the
/// GIL. False with Python's error set.
inline bool registerAtFork(const char* moment, PyMethodDef* method) {
    const Reference posix(PyImport_ImportModule("posix"));
    const Reference function(posix ? PyObject_GetAttrString(posix.get(), "register_at_fork") : nullptr);
    const Reference none(PyTuple_New(0));
    const Reference callback(PyCFunction_New(method, nullptr));
    const Reference keywords(callback ? Py_BuildValue("{s:O}", moment, callback.get()) : nullptr);
    return function && none && keywords && Reference(PyObject_Call(function.get(), none.get(), keywords.get()));
}

}  // namespace heapprof
