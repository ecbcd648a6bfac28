// How much of the process's memory is in RAM, according to the kernel.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace heapprof {

/// Reads /proc/self through descriptors that are opened once, so that it works after chroot() and with a full
/// descriptor table. The program may close them, as daemons do, and open files of its own under their numbers: before
/// each use this checks that they are still ours. The owner locks. Nothing allocates or throws.
class ProcessMemory {
public:
    ProcessMemory() = default;
    ProcessMemory(const ProcessMemory&) = delete;
    ProcessMemory& operator=(const ProcessMemory&) = delete;
    ~ProcessMemory() { close(); }

    /// To be called in the process that is to be read, and again in a child, as inherited descriptors show the parent.
    /// Where there is no /proc, readings are 0.
    void open() noexcept;
    void close() noexcept;

    /// The resident set size in bytes; 0 when it is not known. One system call besides the check.
    std::uint64_t resident() noexcept;
    /// The greatest resident set size so far, VmHWM; 0 when it is not known. Takes ten times as long.
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
