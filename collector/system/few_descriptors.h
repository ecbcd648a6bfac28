// Programs that may have so few descriptors that they might miss those of ours.
#pragma once

#include <sys/resource.h>

namespace heapprof {

/// Of this process, now. One system call.
inline bool hasFewDescriptors() noexcept {
    constexpr rlim_t kEnough = 32;
    rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < kEnough;
}

/// What there is to say then.
inline constexpr const char* kFewDescriptors =
    "fewer than 32 descriptors are allowed here (ulimit -n), and the program may need them all";

/// To standard error, of this process. Allocates nothing.
void sayFewDescriptors() noexcept;

}  // namespace heapprof
