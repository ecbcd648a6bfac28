// Hooks the C allocator and the mapping of memory in every loaded object and reports to the recorder.
#pragma once

#include <cstddef>

#include "core/capture/sampling.h"

namespace heapprof::native {

/// Puts hooks in place that report what `sampling` asks for, also in objects that are loaded later; before the hooks of
/// Python's allocators, which look at what arrives here. The caller holds the GIL, and nothing is being recorded.
/// Throws std::runtime_error on a machine whose objects are not understood.
///
/// Seen is what goes through an object's slots: calls, and pointers that the loader filled in. What dlsym() found is
/// not seen, nor what the C library and other allocators take from the system for themselves, nor what the initializers
/// of an object do while it is being loaded.
void install(const Sampling& sampling);

/// Takes them away where they still are. Pointers that the program has copied go on to work. The caller holds the GIL.
void uninstall();

/// How many slots lead to our hooks.
std::size_t count();

/// In the child: whoever was at the slots is not here.
void afterForkInChild() noexcept;

}  // namespace heapprof::native
