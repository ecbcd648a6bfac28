#include "collector/system/own_proc.h"

#include <array>
#include <cstdio>

#include "collector/system/kept_descriptor.h"

namespace heapprof::own_proc {
namespace {

constinit KeptDescriptor s_folder;

}  // namespace

void prepare() noexcept {
    if (!s_folder.isOurs()) s_folder.take(::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC));
}

int open(const char* file) noexcept {
    std::array<char, 64> path;
    const bool isKept = s_folder.isOurs();
    std::snprintf(path.data(), path.size(), isKept ? "self/%s" : "/proc/self/%s", file);
    return openat(isKept ? s_folder.number() : AT_FDCWD, path.data(), O_RDONLY | O_CLOEXEC);
}

}  // namespace heapprof::own_proc
