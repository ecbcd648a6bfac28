// Hooks CPython's three allocator domains (PEP 445) and reports to the recorder.
#pragma once

#include "core/capture/sampling.h"

namespace heapprof::hooks {

/// Puts hooks in place that report what `sampling` asks for, and finds out how the allocators are layered. Requests are
/// reported once recorder::start() has been called. The caller holds the GIL, and nothing is being recorded.
void install(const Sampling& sampling);

/// Takes the hooks away where they are still the outermost; where somebody has hooked above them they stay, and pass
/// everything on. The caller holds the GIL.
void uninstall();

/// While paused no allocation is reported; frees are. Starts and ends with installed hooks that are not paused.
void setPaused(bool paused);

/// Makes sure, once and for ever, that code objects are forgotten when they die. Needs the GIL.
void watchCode();

}  // namespace heapprof::hooks
