#include "core/bytes/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/bytes/error.h"
#include "core/bytes/file_lock.h"

namespace heapprof {

InputFile::InputFile(const std::filesystem::path& path)
    : m_path(path.string()), m_descriptor(::open(m_path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (m_descriptor < 0) throw FileError::fromErrno(errno, m_path, "open");
    struct stat status{};
    if (::fstat(m_descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(m_descriptor);
        if (S_ISDIR(status.st_mode)) throw FileError(FileError::Kind::IsDirectory, m_path, "is a directory");
        throw FileError(FileError::Kind::NotACapture, m_path, "is not a regular file");
    }
}

InputFile::~InputFile() { ::close(m_descriptor); }

std::uint64_t InputFile::size() const {
    struct stat status{};
    return ::fstat(m_descriptor, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

std::size_t InputFile::readAt(std::uint64_t offset, std::span<std::uint8_t> out) const {
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t count =
            ::pread(m_descriptor, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw FileError::fromErrno(errno, m_path, "read");
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    return done;
}

bool InputFile::hasItsName() const {
    struct stat own{}, named{};
    return ::fstat(m_descriptor, &own) == 0 && ::stat(m_path.c_str(), &named) == 0 && own.st_dev == named.st_dev &&
           own.st_ino == named.st_ino;
}

bool InputFile::isWriteLocked() const { return heapprof::isWriteLocked(m_descriptor); }

}  // namespace heapprof
