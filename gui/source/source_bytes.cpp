#include "gui/source/source_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "gui/source/archive_member.h"

namespace heapprof::gui {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPortion = 64u << 10;  // bytes read at once

struct Found {
    SourceBytes source;
    std::string member;  ///< of source.archive
    std::uint64_t size = 0;
};

void fail(SourceBytes& source, SourceProblem problem, int error = 0) {
    source.problem = problem;
    if (error != 0) source.reason = std::strerror(error);
}

/// A missing file whose path leads through an ordinary file lies in that one, if anywhere.
bool isFound(const fs::path& path, struct stat& status, Found& found) {
    if (::stat(path.c_str(), &status) == 0) return true;
    const int error = errno;
    if (error != ENOTDIR) {
        fail(found.source, error == ENOENT ? SourceProblem::Missing : SourceProblem::Unreadable,
             error == ENOENT ? 0 : error);
        return false;
    }
    for (fs::path archive = path.parent_path(); archive.has_relative_path(); archive = archive.parent_path()) {
        if (::stat(archive.c_str(), &status) != 0) continue;
        if (!S_ISREG(status.st_mode)) break;
        found.source.archive = archive.string();
        found.member = path.lexically_relative(archive).string();
        return true;
    }
    fail(found.source, SourceProblem::Missing);
    return false;
}

Found find(const std::string& name) {
    Found found;
    const fs::path path = fs::path(name).lexically_normal();
    struct stat status{};
    if (!isFound(path, status, found)) return found;
    if (S_ISDIR(status.st_mode)) fail(found.source, SourceProblem::Directory);
    if (!S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode)) fail(found.source, SourceProblem::Special);
    found.size = static_cast<std::uint64_t>(status.st_size);
    if (found.source.problem == SourceProblem::None && found.member.empty() && found.size > kLargestSource)
        fail(found.source, SourceProblem::TooLarge);
    found.source.changed = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
    const auto mix = [&](std::uint64_t value) {
        found.source.identity = (found.source.identity ^ value) * 0x9E3779B97F4A7C15u;
        found.source.identity ^= found.source.identity >> 29;
    };
    mix(std::hash<std::string>()(path.native()));
    for (const auto value : {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino),
                             found.size, static_cast<std::uint64_t>(found.source.changed)})
        mix(value);
    return found;
}

void readFile(const std::string& path, SourceBytes& source) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe may have taken its place
    if (file < 0) return fail(source, SourceProblem::Unreadable, errno);
    const bool isRead = readBounded(source, [file](char* buffer, std::size_t size) -> std::int64_t {
        ssize_t count = 0;
        do count = ::read(file, buffer, size);
        while (count < 0 && errno == EINTR);
        return count;
    });
    if (!isRead) fail(source, SourceProblem::Unreadable, errno);
    ::close(file);
}

}  // namespace

bool readBounded(SourceBytes& source, const std::function<std::int64_t(char*, std::size_t)>& read) {
    source.problem = SourceProblem::None;
    std::size_t size = 0;
    std::int64_t count = 0;
    do {
        source.bytes.resize(size + kPortion);
        count = read(source.bytes.data() + size, kPortion);
        if (count > 0) size += static_cast<std::size_t>(count);
    } while (count > 0 && size <= kLargestSource);
    if (size > kLargestSource) source.problem = SourceProblem::TooLarge;
    source.bytes.resize(count < 0 || size > kLargestSource ? 0 : size);
    source.bytes.shrink_to_fit();
    return count >= 0;
}

SourceBytes findSource(const std::string& path) { return find(path).source; }

SourceBytes readSourceBytes(const std::string& path) {
    Found found = find(path);
    SourceBytes& source = found.source;
    if (source.problem != SourceProblem::None) return source;
    if (source.archive.empty())
        readFile(path, source);
    else
        readArchiveMember(source.archive, found.member, source);
    if (source.bytes.find('\0') != std::string::npos) {
        fail(source, SourceProblem::NotText);
        source.bytes.clear();
    }
    return source;
}

}  // namespace heapprof::gui
