// What resident memory consists of, and where the process has it: FORMAT.md, "Where memory is".
#pragma once

#include <cstdint>

namespace heapprof {

/// Parts of a resident set size, in bytes. The rest is anonymous.
struct ResidentKinds {
    std::uint64_t file = 0;    ///< pages of files: code, and what is mapped of files on disks
    std::uint64_t shared = 0;  ///< shared memory, files of tmpfs included
    bool operator==(const ResidentKinds&) const = default;
};

/// Numbers of the format.
enum class MemoryPart : std::uint8_t {
    Complete = 0,
    PoolsInUse = 1,
    Pools = 2,
    MallocInUse = 3,
    MallocFree = 4,
    Stacks = 5,
    Data = 6,
    ProfilerAnonymous = 7,
    ProfilerShared = 8,
    Frames = 9,
};
inline constexpr std::uint8_t kMemoryParts = 10;  ///< the number of known ones

}  // namespace heapprof
