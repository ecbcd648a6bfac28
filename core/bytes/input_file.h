// A file read by position. Nothing of it is mapped: a file that shrinks or vanishes is a short read, never a signal.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace heapprof {

class InputFile {
public:
    /// Throws FileError: not found, no permission, a directory, not a regular file.
    explicit InputFile(const std::filesystem::path& path);
    ~InputFile();
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;

    const std::string& path() const { return m_path; }
    /// The length now, in bytes; 0 when it cannot be told.
    std::uint64_t size() const;
    /// Reads from `offset` on until `out` is full or the file ends; returns how many bytes came. Throws FileError when
    /// the device fails. Thread-safe.
    std::size_t readAt(std::uint64_t offset, std::span<std::uint8_t> out) const;
    /// Whether its path still names this file, and no other.
    bool hasItsName() const;
    /// Whether some process holds a write lock on the file (fcntl(2), open file description locks).
    bool isWriteLocked() const;

private:
    std::string m_path;
    int m_descriptor;
};

}  // namespace heapprof
