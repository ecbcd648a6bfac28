// How much of the process's memory is in RAM, by the kernel's account.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace heapprof {

/// Reads /proc/self through descriptors that are opened once, so that a later chroot() or a full descriptor table takes
/// nothing away. The program may close them, as those do that turn into daemons, and open files of its own under their
/// numbers: before each use it is checked that they are still ours. The owner locks. Nothing allocates or throws.
class ProcessMemory {
public:
    ProcessMemory() = default;
    ProcessMemory(const ProcessMemory&) = delete;
    ProcessMemory& operator=(const ProcessMemory&) = delete;
    ~ProcessMemory() { close(); }

    /// In the process that is to be read: once, or again in a child, which inherits its parent's and must not read
    /// them. Where there is no /proc, readings are 0.
    void open() noexcept;
    void close() noexcept;

    /// The resident set size in bytes; 0 when it cannot be had. One system call besides the check.
    std::uint64_t resident() noexcept;
    /// The greatest resident set size so far, VmHWM; 0 when it cannot be had. Takes ten times as long.
    std::uint64_t peak() noexcept;

private:
    struct Descriptor {
        int number = -1;
        dev_t device = 0;
        ino_t inode = 0;

        void take(int opened) noexcept;
        bool isOurs() const noexcept;
        void close() noexcept;
    };
    bool openSizes() noexcept;

    Descriptor m_proc;   // the folder
    Descriptor m_sizes;  // self/statm in it
};

}  // namespace heapprof
