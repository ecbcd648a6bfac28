// The arenas that Python's small-object allocator takes from the system.
#pragma once

/// All require the GIL.
namespace heapprof::arenas {

/// Puts the hook in place, and finds the arenas that are there already. Arenas do not count as allocations; what is
/// allocated from them does.
void install();
void uninstall();

}  // namespace heapprof::arenas
