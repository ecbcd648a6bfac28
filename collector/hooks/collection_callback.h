// Records garbage collections.
#pragma once

#include <Python.h>

namespace heapprof {

// Both leave no Python error behind, and need the GIL.

/// Puts a function into gc.callbacks, once.
void watchCollections();
/// Takes it out again.
void ignoreCollections();

}  // namespace heapprof
