// Processes that were killed, or ended by _exit(), leave the files of the sockets at which they listened.
#pragma once

#include <string>

namespace heapprof {

/// Removes those beside the socket `path`, heapprof-PID.sock: of processes that are gone, where nobody answers who has
/// the same number in another container and shares the folder. What cannot be looked at stays.
void removeLeftSockets(const std::string& path) noexcept;

}  // namespace heapprof
