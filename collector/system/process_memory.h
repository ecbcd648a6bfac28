// How much of the process's memory is in RAM, according to the kernel.
#pragma once

#include <cstdint>

#include "collector/system/kept_descriptor.h"
#include "collector/system/proc_text.h"

namespace heapprof {

/// Reads files of /proc/self that are opened once: a program may forbid itself to open any. The owner locks. Nothing
/// allocates or throws.
class ProcessMemory {
public:
    constexpr ProcessMemory() = default;
    ProcessMemory(const ProcessMemory&) = delete;
    ProcessMemory& operator=(const ProcessMemory&) = delete;
    ~ProcessMemory() { close(); }

    /// To be called in the process that is to be read, and again in a child, as inherited descriptors show the parent.
    /// Where there is no /proc, readings are 0.
    void open() noexcept;
    void close() noexcept;
    /// What filters() reads may have been closed by the program: opens it again.
    void reopen() noexcept;
    /// Whether filters() knows.
    bool isOpen() const noexcept { return m_status.isOurs(); }

    /// The resident set size, and what of it is file-backed. One system call besides the check.
    proc_text::Sizes sizes() noexcept;
    /// What is resident of shared memory, bytes; 0 when it is not known. Takes six times as long.
    std::uint64_t sharedMemory() noexcept;
    /// The greatest resident set size so far, VmHWM; 0 when it is not known. As long.
    std::uint64_t peak() noexcept;

    /// Grows when the process forbids itself system calls (seccomp): what opens a file then may be killed for it. Opens
    /// none to find out.
    std::uint64_t filters() noexcept;

private:
    KeptDescriptor m_sizes;   // statm
    KeptDescriptor m_status;  // status
};

}  // namespace heapprof
