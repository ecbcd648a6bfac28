// Whether somebody writes a file: open file description locks (fcntl(2)) on the whole of it. They end with the process
// that holds them, however it ends. Never allocates.
#pragma once

#include <fcntl.h>

namespace heapprof {

namespace detail {
inline struct flock wholeFile(short type) noexcept {
    struct flock lock{};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    return lock;
}
}  // namespace detail

/// Takes the writer's lock; false when another holds it or the file system has no locks.
inline bool takeWriteLock(int descriptor) noexcept {
    struct flock lock = detail::wholeFile(F_WRLCK);
    return ::fcntl(descriptor, F_OFD_SETLK, &lock) == 0;
}

/// Whether another open file holds the writer's lock.
inline bool isWriteLocked(int descriptor) noexcept {
    struct flock lock = detail::wholeFile(F_RDLCK);
    return ::fcntl(descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

}  // namespace heapprof
