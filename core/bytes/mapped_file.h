// A region of a file of our own (a digest) in memory, read only.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace heapprof {

/// Keeps its bytes readable while it lives, even when the file is replaced or unlinked. Only for files that nobody
/// shortens: digests are replaced by rename and grow at their end.
class MappedFile {
public:
    /// Maps [offset, offset + length) of an open file; throws FileError when that is not possible.
    static std::shared_ptr<const MappedFile> map(int descriptor, const std::string& path, std::uint64_t offset,
                                                 std::uint64_t length);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::span<const std::uint8_t> bytes() const { return m_bytes; }

private:
    MappedFile(void* base, std::size_t mappedLength, std::span<const std::uint8_t> bytes)
        : m_base(base), m_mappedLength(mappedLength), m_bytes(bytes) {}

    void* m_base;
    std::size_t m_mappedLength;
    std::span<const std::uint8_t> m_bytes;
};

}  // namespace heapprof
