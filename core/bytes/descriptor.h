// Where the descriptors of a profiler are, in a process that has its own.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace heapprof {

/// Gives a new descriptor a number far from those that the program gets, or the greatest there is: it finds the same
/// ones for its own files as without us, and none of ours under those of standard streams that it has closed. Negative
/// ones stay as they are.
inline int outOfTheWay(int descriptor) noexcept {
    if (descriptor < 0) return descriptor;
    constexpr int kFar = 256;
    int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, kFar);
    for (int number = kFar - 1; moved < 0 && number > descriptor && number > 2; --number)  // there are fewer numbers
        moved = fcntl(descriptor, F_DUPFD_CLOEXEC, number);
    if (moved < 0) return descriptor;
    ::close(descriptor);
    return moved;
}

/// fstat(). That of some C libraries makes the system call that takes a path, too, which a program may have forbidden
/// itself together with open(). False when it fails; errno says why.
inline bool statusOf(int descriptor, struct stat& status) noexcept {
#if defined(__LP64__) && defined(SYS_fstat)
    return syscall(SYS_fstat, descriptor, &status) == 0;  // the kernel's structure is the C library's
#else
    return fstat(descriptor, &status) == 0;
#endif
}

}  // namespace heapprof
