#include "collector/system/process_memory.h"

#include <sys/types.h>
#include <unistd.h>

#include <charconv>
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

std::uint64_t numberAt(std::string_view text) {
    const std::size_t first = text.find_first_of("0123456789");
    std::uint64_t value = 0;
    if (first != std::string_view::npos) std::from_chars(text.data() + first, text.data() + text.size(), value);
    return value;
}

std::uint64_t numberIn(std::string_view lines, std::string_view name) {
    const std::size_t line = lines.find(name);
    return line == std::string_view::npos ? 0 : numberAt(lines.substr(line + name.size()));
}

}  // namespace

void ProcessMemory::open() noexcept {
    own_proc::prepare();
    close();
    m_sizes.take(own_proc::open("statm"));
    m_status.take(own_proc::open("status"));
}

void ProcessMemory::close() noexcept {
    m_sizes.close();
    m_status.close();
}

std::uint64_t ProcessMemory::resident() noexcept {
    char buffer[128];
    const std::string_view fields = read(m_sizes, "statm", buffer);  // total, resident, ... in pages
    const std::size_t space = fields.find(' ');
    if (space == std::string_view::npos) return 0;
    return numberAt(fields.substr(space)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::uint64_t ProcessMemory::peak() noexcept {
    char buffer[kStatus];
    return numberIn(read(m_status, "status", buffer), "\nVmHWM:") << 10;  // in KiB
}

std::uint64_t ProcessMemory::filters() noexcept {
    if (!m_status.isOurs()) return 0;
    char buffer[kStatus];
    const std::string_view lines = read(m_status, "status", buffer);
    return numberIn(lines, "\nSeccomp:") + numberIn(lines, "\nSeccomp_filters:");
}

}  // namespace heapprof
