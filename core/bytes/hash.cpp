#include "core/bytes/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace heapprof {

std::uint64_t hashBytes(const void* data, std::size_t length) noexcept { return XXH3_64bits(data, length); }

}  // namespace heapprof
