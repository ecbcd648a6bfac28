// Filters of system calls.
#pragma once

namespace heapprof {

/// Whether a filter is made for this program: what the program does not call by itself may be its end. One that its
/// parent has as well, or that a whole container has, lets programs start others and make files of any kind.
bool hasOwnFilter() noexcept;

}  // namespace heapprof
