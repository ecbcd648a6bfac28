#include "collector/system/seccomp.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <optional>
#include <string_view>

namespace heapprof {
namespace {

/// A number in /proc/PROCESS/status.
std::optional<int> statusNumber(const char* process, std::string_view name) {
    char text[4096];
    std::snprintf(text, sizeof text, "/proc/%s/status", process);
    const int file = ::open(text, O_RDONLY | O_CLOEXEC);
    if (file < 0) return std::nullopt;
    const ssize_t length = ::read(file, text, sizeof text);
    ::close(file);
    const std::string_view lines(text, length > 0 ? static_cast<std::size_t>(length) : 0);
    const std::size_t line = lines.find(name);
    if (line == std::string_view::npos) return std::nullopt;
    const std::size_t digits = lines.find_first_of("0123456789", line + name.size());
    int value = 0;
    if (digits == std::string_view::npos ||
        std::from_chars(lines.data() + digits, lines.data() + lines.size(), value).ec != std::errc())
        return std::nullopt;
    return value;
}

}  // namespace

bool hasOwnFilter() noexcept {
    const auto mode = statusNumber("self", "\nSeccomp:");
    if (!mode) return true;  // nobody knows
    if (*mode == 0 || getpid() == 1) return false;
    const auto filters = statusNumber("self", "\nSeccomp_filters:");
    char parent[16];
    std::snprintf(parent, sizeof parent, "%ld", static_cast<long>(getppid()));
    return !filters || filters != statusNumber(parent, "\nSeccomp_filters:");
}

}  // namespace heapprof
