// Records garbage collections.
#pragma once

#include <Python.h>

namespace heapprof {

/// A new reference to a function for gc.callbacks; it does nothing while nothing is being recorded.
/// nullptr with a Python error set when there is no memory.
PyObject* makeCollectionCallback();

}  // namespace heapprof
