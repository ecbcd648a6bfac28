#include "core/bytes/mapped_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "core/bytes/error.h"

namespace heapprof {

std::shared_ptr<const MappedFile> MappedFile::map(int descriptor, const std::string& path, std::uint64_t offset,
                                                  std::uint64_t length) {
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const std::uint64_t start = offset / page * page;
    const auto mappedLength = static_cast<std::size_t>(offset - start + length);
    void* base = ::mmap(nullptr, mappedLength, PROT_READ, MAP_SHARED, descriptor, static_cast<off_t>(start));
    if (base == MAP_FAILED) throw FileError::fromErrno(errno, path, "map");
    const std::span bytes(static_cast<const std::uint8_t*>(base) + (offset - start), static_cast<std::size_t>(length));
    return std::shared_ptr<const MappedFile>(new MappedFile(base, mappedLength, bytes));
}

MappedFile::~MappedFile() { ::munmap(m_base, m_mappedLength); }

}  // namespace heapprof
