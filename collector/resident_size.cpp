#include "collector/resident_size.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>

namespace heapprof {

std::uint64_t residentSize() noexcept {
    const int descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return 0;
    char text[128];
    const ssize_t length = read(descriptor, text, sizeof text);
    close(descriptor);
    if (length <= 0) return 0;
    const char* const end = text + length;
    std::uint64_t pages = 0;
    const auto total = std::from_chars(text, end, pages);
    if (total.ptr == end || std::from_chars(total.ptr + 1, end, pages).ec != std::errc()) return 0;
    return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace heapprof
