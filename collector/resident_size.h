// How much of the process's memory is in RAM.
#pragma once

#include <cstdint>

namespace heapprof {

/// The resident set size in bytes, from /proc/self/statm; 0 when it cannot be had. Allocates nothing.
std::uint64_t residentSize() noexcept;

}  // namespace heapprof
