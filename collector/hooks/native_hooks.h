// Hooks the C allocator and the mapping of memory in every loaded object and reports to the recorder.
#pragma once

#include <cstddef>

#include "core/capture/sampling.h"

namespace heapprof::native {

/// Puts hooks in place that report the requests that `sampling` selects, also in objects that are loaded later. To be
/// called before hooks::install(), which probes what arrives here. Requires the GIL, and that nothing is being
/// recorded, or leave(). Throws std::runtime_error on a machine whose objects are not supported.
///
/// The hooks see what goes through an object's slots: calls, and pointers that the loader filled in. They do not see
/// functions found by dlsym(), memory that the C library and other allocators take from the system for themselves, and
/// requests of an object's initializers while it is being loaded.
void install(const Sampling& sampling);

/// Takes the hooks away. Pointers to them that the program has copied still work. Requires the GIL.
void uninstall();

/// Whether there are none, or those for this rule.
bool suit(const Sampling& sampling);

/// Leaves the hooks where they are, which report frees alone from now on; opens no file. Requires the GIL.
void leave();

/// The number of slots that lead to our hooks.
std::size_t count();

/// The thread that held the slot lock does not exist in the child: releases it.
void afterForkInChild() noexcept;

}  // namespace heapprof::native
