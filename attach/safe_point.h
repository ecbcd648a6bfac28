// Whether a stopped thread can run Python code where it stands.
#pragma once

#include "attach/target.h"
#include "attach/traced_thread.h"

namespace heapprof {

/// True when the thread does not hold the GIL, nor a lock that Python code may need: it waits in the kernel for
/// something other than such a lock, or executes the code of a library that has nothing to do with Python.
bool isSafePoint(const Target& target, TracedThread& thread);

}  // namespace heapprof
