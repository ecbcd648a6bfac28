#include "collector/system/process_memory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <string_view>

namespace heapprof {
namespace {

std::uint64_t numberAt(std::string_view text) {
    const std::size_t first = text.find_first_of("0123456789");
    std::uint64_t value = 0;
    if (first != std::string_view::npos) std::from_chars(text.data() + first, text.data() + text.size(), value);
    return value;
}

}  // namespace

void ProcessMemory::Descriptor::take(int opened) noexcept {
    // Never use the numbers of the standard streams, which the program may have closed.
    if (opened >= 0 && opened < 3) {
        const int moved = fcntl(opened, F_DUPFD_CLOEXEC, 3);
        ::close(opened);
        opened = moved;
    }
    struct stat status;
    if (opened < 0 || fstat(opened, &status) != 0) return;
    number = opened;
    device = status.st_dev;
    inode = status.st_ino;
}

bool ProcessMemory::Descriptor::isOurs() const noexcept {
    struct stat status;
    return number >= 0 && fstat(number, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

void ProcessMemory::Descriptor::close() noexcept {
    if (isOurs()) ::close(number);
    number = -1;
}

void ProcessMemory::open() noexcept {
    if (!m_proc.isOurs()) m_proc.take(::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC));
    m_sizes.close();
    openSizes();
}

void ProcessMemory::close() noexcept {
    m_sizes.close();
    m_proc.close();
}

bool ProcessMemory::openSizes() noexcept {
    m_sizes.number = -1;
    if (m_proc.isOurs())
        m_sizes.take(openat(m_proc.number, "self/statm", O_RDONLY | O_CLOEXEC));
    else
        m_sizes.take(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
    return m_sizes.number >= 0;
}

std::uint64_t ProcessMemory::resident() noexcept {
    if (!m_sizes.isOurs() && !openSizes()) return 0;
    char text[128];
    const ssize_t length = pread(m_sizes.number, text, sizeof text, 0);
    if (length <= 0) return 0;
    const std::string_view fields(text, static_cast<std::size_t>(length));  // total, resident, ... in pages
    const std::size_t space = fields.find(' ');
    if (space == std::string_view::npos) return 0;
    return numberAt(fields.substr(space)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::uint64_t ProcessMemory::peak() noexcept {
    const int file = m_proc.isOurs() ? openat(m_proc.number, "self/status", O_RDONLY | O_CLOEXEC)
                                     : ::open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    char text[2048];
    const ssize_t length = read(file, text, sizeof text);
    ::close(file);
    if (length <= 0) return 0;
    const std::string_view lines(text, static_cast<std::size_t>(length));
    constexpr std::string_view kName = "\nVmHWM:";
    const std::size_t line = lines.find(kName);
    return line == std::string_view::npos ? 0 : numberAt(lines.substr(line + kName.size())) << 10;  // in KiB
}

}  // namespace heapprof
