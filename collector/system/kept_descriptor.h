// A descriptor that is kept while the program runs, which may close it, as daemons do, and open files of its own under
// its number.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include "core/bytes/descriptor.h"

namespace heapprof {

/// Nothing here allocates or throws. The owner closes.
class KeptDescriptor {
public:
    constexpr KeptDescriptor() = default;
    KeptDescriptor(const KeptDescriptor&) = delete;
    KeptDescriptor& operator=(const KeptDescriptor&) = delete;

    /// Of what open() returned, be it an error.
    void take(int opened) noexcept {
        m_number = -1;
        opened = outOfTheWay(opened);
        struct stat status;
        if (opened < 0 || !statusOf(opened, status)) return;
        m_number = opened;
        m_device = status.st_dev;
        m_inode = status.st_ino;
    }
    /// One system call.
    bool isOurs() const noexcept {
        struct stat status;
        return m_number >= 0 && statusOf(m_number, status) && status.st_dev == m_device && status.st_ino == m_inode;
    }
    /// Requires isOurs().
    int number() const noexcept { return m_number; }
    void close() noexcept {
        if (isOurs()) ::close(m_number);
        m_number = -1;
    }

private:
    int m_number = -1;
    dev_t m_device = 0;
    ino_t m_inode = 0;
};

}  // namespace heapprof
