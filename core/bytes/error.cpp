#include "core/bytes/error.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace heapprof {
namespace {

std::string message(const std::string& path, const std::string& reason, std::uint64_t offset) {
    std::string text = path + ": " + reason;
    if (offset != FileError::kNoOffset) text += " (at byte " + std::to_string(offset) + ")";
    return text;
}

FileError::Kind kindOf(int error) {
    switch (error) {
        case ENOENT:
        case ENOTDIR:
            return FileError::Kind::NotFound;
        case EACCES:
        case EPERM:
        case EROFS:
            return FileError::Kind::NoPermission;
        case EISDIR:
            return FileError::Kind::IsDirectory;
        default:
            return FileError::Kind::Io;
    }
}

std::string seconds(Micros time) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f s", toSeconds(time));
    return text;
}

std::string describe(const Stretch& time) {
    return "from " + seconds(time.begin) + (time.end ? " to " + seconds(*time.end) : " on");
}

}  // namespace

FileError::FileError(Kind kind, std::string path, std::string reason, std::uint64_t offset)
    : std::runtime_error(message(path, reason, offset)),
      m_kind(kind),
      m_path(std::move(path)),
      m_reason(std::move(reason)),
      m_offset(offset) {}

FileError FileError::fromErrno(int error, std::string path, const std::string& action) {
    return {kindOf(error), std::move(path), "cannot " + action + ": " + std::strerror(error)};
}

std::string describe(const Damage& damage) {
    const std::string place = damage.length == 0
                                  ? "from byte " + std::to_string(damage.offset) + " on"
                                  : std::to_string(damage.length) + " bytes at byte " + std::to_string(damage.offset);
    return damage.path + ": " + damage.reason + " (" + place + (damage.time ? ", " + describe(*damage.time) : "") + ")";
}

}  // namespace heapprof
