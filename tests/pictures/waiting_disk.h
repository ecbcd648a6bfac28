// A disk that takes only so much for now: reading a capture stops at the same place every time.
#pragma once

#include <string>

namespace heapprof::test::waitingDisk {

/// Of what this program writes to files whose names end with `ending`, `writes` pass; who writes more waits. An earlier
/// call no longer holds.
void letThrough(const std::string& ending, int writes);
/// Whether somebody waits.
bool isWaiting();
/// Everything passes.
void open();

}  // namespace heapprof::test::waitingDisk
