#include "collector/system/process_memory.h"

#include <sys/types.h>
#include <unistd.h>

#include <span>
#include <string_view>

#include "collector/system/own_proc.h"

namespace heapprof {
namespace {

constexpr std::size_t kStatus = 4096;

/// What the file says now; empty when it is not known.
std::string_view read(KeptDescriptor& file, const char* name, std::span<char> buffer) {
    if (!file.isOurs()) file.take(own_proc::open(name));
    const ssize_t length = file.isOurs() ? pread(file.number(), buffer.data(), buffer.size(), 0) : 0;
    return {buffer.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

}  // namespace

void ProcessMemory::open() noexcept {
    own_proc::prepare();
    close();
    m_sizes.take(own_proc::open("statm"));
    m_status.take(own_proc::open("status"));
}

void ProcessMemory::reopen() noexcept {
    if (!m_status.isOurs()) m_status.take(own_proc::open("status"));
}

void ProcessMemory::close() noexcept {
    m_sizes.close();
    m_status.close();
}

proc_text::Sizes ProcessMemory::sizes() noexcept {
    char buffer[128];
    return proc_text::sizesIn(read(m_sizes, "statm", buffer));
}

std::uint64_t ProcessMemory::sharedMemory() noexcept {
    char buffer[kStatus];
    return proc_text::numberIn(read(m_status, "status", buffer), "\nRssShmem:") << 10;  // in KiB
}

std::uint64_t ProcessMemory::peak() noexcept {
    char buffer[kStatus];
    return proc_text::numberIn(read(m_status, "status", buffer), "\nVmHWM:") << 10;  // in KiB
}

std::uint64_t ProcessMemory::filters() noexcept {
    if (!m_status.isOurs()) return 0;
    char buffer[kStatus];
    const std::string_view lines = read(m_status, "status", buffer);
    return proc_text::numberIn(lines, "\nSeccomp:") + proc_text::numberIn(lines, "\nSeccomp_filters:");
}

}  // namespace heapprof
