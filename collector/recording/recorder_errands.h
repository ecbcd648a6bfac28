// What a thread that has recorded something does for the recording besides.
#pragma once

namespace heapprof::recorder {

enum class Reason { Time, Mark, Certain };

/// Reads where the process has its memory, if it is time for that. Requires the GIL, no lock, and that the thread has
/// not interrupted an allocator.
[[gnu::cold]] void readMemory(Reason reason);
/// The thread that read is not there.
void readingsAfterForkInChild();

/// After an event of this thread. Blocks of which the RAW domain does not say whether it `holdsGil` may be all that a
/// program takes, or that is recorded of it. For `isLarge` ones no lock is held, and Python's pools are as they were.
[[gnu::cold]] void runErrands(bool holdsGil, bool isLarge);

}  // namespace heapprof::recorder
