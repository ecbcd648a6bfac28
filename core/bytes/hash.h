// The one hash of our files: XXH3 with 64 bits, from the xxHash library (https://xxhash.com).
#pragma once

#include <cstddef>
#include <cstdint>

namespace heapprof {

/// Never allocates; safe inside the profiled program's allocator.
std::uint64_t hashBytes(const void* data, std::size_t length) noexcept;

}  // namespace heapprof
