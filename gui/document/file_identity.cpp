#include "gui/document/file_identity.h"

#if __has_include(<sys/stat.h>) && !defined(_WIN32)
#include <sys/stat.h>
#define HEAPPROF_HAS_INODES
#endif

namespace heapprof::gui {

std::optional<FileIdentity> identityOf([[maybe_unused]] const std::filesystem::path& path) {
#ifdef HEAPPROF_HAS_INODES
    struct stat status;
    if (::stat(path.c_str(), &status) == 0)
        return FileIdentity{static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)};
#endif
    return std::nullopt;
}

}  // namespace heapprof::gui
