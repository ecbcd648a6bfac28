// Whether a stopped thread can be made to load a library where it stands.
#pragma once

#include "attach/target.h"
#include "attach/traced_thread.h"

namespace heapprof {

/// True when the thread holds no lock of the allocator or the loader: it waits in the kernel for something other than
/// such a lock, or executes code that lies in neither.
bool isSafePoint(const Target& target, const TracedThread& thread);

}  // namespace heapprof
