// Hooks CPython's three allocator domains (PEP 445) and reports to the recorder.
#pragma once

#include "core/capture/sampling.h"

namespace heapprof::hooks {

/// Puts hooks in place that report the requests that `sampling` selects, and finds out how the allocators are layered.
/// Requests are reported once recorder::start() has been called. Requires the GIL, and that nothing is being recorded.
void install(const Sampling& sampling);

/// Puts those for `sampling` above them, which report the frees of blocks that these have reported. Allocations are
/// reported by these, except what threads without the GIL request meanwhile, until settle(). Requires the GIL.
void installFurther(const Sampling& sampling);
/// Takes what was there before out of their way where nothing else lies between. Requires the GIL.
void settle();

/// Takes the hooks away where they are the outermost. Where another tool has hooked above them they stay and pass
/// everything on. Requires the GIL.
void uninstall();

/// While paused, the hooks report frees and no allocations. install() ends a pause.
void setPaused(bool paused);

/// Reports the death of code objects to the recorder from now on, for good. Requires the GIL.
void watchCode();

}  // namespace heapprof::hooks
