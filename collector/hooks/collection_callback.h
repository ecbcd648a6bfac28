// Records garbage collections.
#pragma once

#include <Python.h>

namespace heapprof {

// Neither leaves a Python error behind. Both require the GIL.

/// Puts our function into gc.callbacks, if it is not there.
void watchCollections();
/// Takes our function out of gc.callbacks.
void ignoreCollections();

}  // namespace heapprof
