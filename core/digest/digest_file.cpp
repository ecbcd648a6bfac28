#include "core/digest/digest_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "core/bytes/file_lock.h"
#include "core/bytes/hash.h"
#include "core/bytes/mapped_file.h"
#include "core/capture/weights.h"

namespace heapprof {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::uint8_t, 8> kMagic{0x89, 'H', 'P', 'C', 0x0d, 0x0a, 0x1a, 0x0a};
constexpr std::uint32_t kVersion = 5;
constexpr std::uint64_t kFirstSegment = 320;
constexpr std::uint64_t kCompleteFlag = 1;
constexpr std::uint64_t kDamageFlag = 2;
constexpr std::uint64_t kUnknownFlag = 4;

struct Header {
    std::array<std::uint8_t, 8> magic = kMagic;
    std::uint32_t version = kVersion;
    std::uint32_t length = 64;
    Uuid uuid{};
    std::uint64_t samplingFingerprint = 0;
    std::uint64_t reserved[2] = {};
    std::uint64_t hash = 0;
};
static_assert(sizeof(Header) == 64);

struct Superblock {
    std::uint64_t generation = 0;
    std::uint64_t end = kFirstSegment;
    std::uint64_t lastSegment = 0;
    std::uint64_t buckets = 0;
    std::uint64_t flags = 0;
    EventPosition position;
    std::uint64_t logLength = 0;
    std::uint64_t traces = 0;
    std::uint64_t reserved[3] = {};
    std::uint64_t hash = 0;
};
static_assert(sizeof(Superblock) == 128);

constexpr std::uint64_t slotOffset(std::uint64_t generation) { return 64 + generation % 2 * sizeof(Superblock); }

template <typename T>
bool readStruct(int descriptor, std::uint64_t offset, T& value) {
    return ::pread(descriptor, &value, sizeof value, static_cast<off_t>(offset)) ==
               static_cast<ssize_t>(sizeof value) &&
           value.hash == hashBytes(&value, offsetof(T, hash));
}

fs::path cacheFolder() {
    if (const char* folder = std::getenv("XDG_CACHE_HOME"); folder && folder[0] == '/')
        return fs::path(folder) / "heapprof";
    if (const char* home = std::getenv("HOME"); home && home[0] == '/') return fs::path(home) / ".cache" / "heapprof";
    return {};
}

std::string hexadecimal(const Uuid& uuid) {
    std::string text;
    for (const std::uint8_t byte : uuid) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", byte);
        text += digits;
    }
    return text;
}

}  // namespace

DigestIdentity DigestIdentity::of(const Uuid& uuid, const SamplingRules& rules) {
    const Weights weights(rules);
    std::vector<double> numbers;
    const auto add = [&](const Sampling& sampling) {
        numbers.insert(numbers.end(), {static_cast<double>(sampling.mode), sampling.meanBytes, weights.bytesVariance(1),
                                       weights.blocksVariance(1)});
        for (const auto& range : sampling.ranges) {
            numbers.push_back(static_cast<double>(range.bound));
            numbers.push_back(range.probability);
        }
    };
    add(rules.first);
    for (const SamplingRules::Switch& each : rules.switches) {
        numbers.push_back(each.firstTrace.value);
        add(each.sampling);
    }
    return {uuid, hashBytes(numbers.data(), numbers.size() * sizeof(double))};
}

std::vector<fs::path> DigestFile::candidates(const Capture& capture) {
    fs::path beside = capture.filebase();
    beside += ".hpc";
    std::vector<fs::path> paths{beside};
    if (const fs::path folder = cacheFolder(); !folder.empty())
        paths.push_back(folder / (hexadecimal(capture.info()->metadata.uuid) + ".hpc"));
    return paths;
}

std::unique_ptr<DigestFile> DigestFile::open(const fs::path& path, const DigestIdentity& identity, bool forAppending) {
    const int descriptor = ::open(path.c_str(), (forAppending ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return nullptr;
    std::unique_ptr<DigestFile> file(new DigestFile(path, descriptor));
    struct stat status{};
    Header header;
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return nullptr;
    if (forAppending && !takeWriteLock(descriptor)) return nullptr;
    if (!readStruct(descriptor, 0, header) || header.magic != kMagic || header.version != kVersion) return nullptr;
    if (DigestIdentity{header.uuid, header.samplingFingerprint} != identity || !file->readSuperblock()) return nullptr;
    return file;
}

std::unique_ptr<DigestFile> DigestFile::create(const fs::path& path, const DigestIdentity& identity) {
    // Under another name first: whoever opens the name finds a whole digest, the old one or the new one.
    std::string name = path.string() + ".XXXXXX";
    const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor < 0) throw FileError::fromErrno(errno, path.string(), "create");
    std::unique_ptr<DigestFile> file(new DigestFile(path, descriptor));
    try {
        takeWriteLock(descriptor);
        Header header;
        header.uuid = identity.uuid;
        header.samplingFingerprint = identity.samplingFingerprint;
        header.hash = hashBytes(&header, offsetof(Header, hash));
        file->writeAt(0, &header, sizeof header);
        file->m_end = kFirstSegment;
        file->append({}, {});
        if (::rename(name.c_str(), path.c_str()) != 0) throw FileError::fromErrno(errno, path.string(), "replace");
    } catch (...) {
        ::unlink(name.c_str());
        throw;
    }
    return file;
}

DigestFile::~DigestFile() { ::close(m_descriptor); }

bool DigestFile::readSuperblock() {
    bool found = false;
    for (std::uint64_t slot = 0; slot < 2; ++slot) {
        Superblock block;
        if (!readStruct(m_descriptor, slotOffset(slot), block) || (found && block.generation <= m_generation)) continue;
        found = true;
        m_generation = block.generation;
        m_end = block.end;
        m_lastSegment = block.lastSegment;
        m_extent = {block.buckets,
                    (block.flags & kCompleteFlag) != 0,
                    block.position,
                    block.logLength,
                    block.traces,
                    (block.flags & kDamageFlag) != 0,
                    (block.flags & kUnknownFlag) != 0};
    }
    struct stat status{};
    return found && ::fstat(m_descriptor, &status) == 0 &&
           (m_lastSegment == 0 || m_end <= static_cast<std::uint64_t>(status.st_size)) && m_lastSegment < m_end;
}

std::vector<std::shared_ptr<const Segment>> DigestFile::segments() const {
    std::vector<std::shared_ptr<const Segment>> segments;
    if (m_lastSegment == 0) return segments;
    const auto file = MappedFile::map(m_descriptor, m_path.string(), 0, m_end);
    const auto fail = [&](const char* reason, std::uint64_t offset) {
        return FileError(FileError::Kind::Damaged, m_path.string(), reason, offset);
    };
    for (std::uint64_t offset = m_lastSegment, end = m_end; offset != 0;) {
        if (offset < kFirstSegment || offset >= m_end) throw fail("a segment lies outside the file", offset);
        segments.push_back(std::make_shared<const Segment>(file->bytes().subspan(static_cast<std::size_t>(offset)),
                                                           file, m_path.string(), offset));
        // Each within bytes of its own: so the buckets of all are no more than the file.
        if (segments.back()->size() > end - offset) throw fail("segments lie in each other", offset);
        const std::uint64_t previous = segments.back()->previousOffset();
        if (previous >= offset) throw fail("segments are not in order", offset);
        end = std::exchange(offset, previous);
    }
    std::reverse(segments.begin(), segments.end());
    std::uint64_t buckets = 0;
    for (const auto& segment : segments) {
        if (segment->firstBucket() != buckets) throw fail("a segment is missing", m_lastSegment);
        buckets += segment->bucketCount();
    }
    if (buckets != m_extent.buckets) throw fail("buckets are missing", m_lastSegment);
    return segments;
}

std::shared_ptr<const Segment> DigestFile::append(const std::vector<std::uint8_t>& segment,
                                                  const DigestExtent& extent) {
    Superblock block;
    block.generation = m_generation + 1;
    block.end = m_end + segment.size();
    block.lastSegment = segment.empty() ? m_lastSegment : m_end;
    block.buckets = extent.buckets;
    block.flags = (extent.complete ? kCompleteFlag : 0) | (extent.foundDamage ? kDamageFlag : 0) |
                  (extent.foundUnknown ? kUnknownFlag : 0);
    block.position = extent.position;
    block.logLength = extent.logLength;
    block.traces = extent.traces;
    block.hash = hashBytes(&block, offsetof(Superblock, hash));
    std::shared_ptr<const Segment> written;
    if (!segment.empty()) {
        writeAt(m_end, segment.data(), segment.size());
        written = mapSegment(m_end, segment.size());
    }
    writeAt(slotOffset(block.generation), &block, sizeof block);
    m_generation = block.generation;
    m_end = block.end;
    m_lastSegment = block.lastSegment;
    m_extent = extent;
    return written;
}

std::shared_ptr<const Segment> DigestFile::mapSegment(std::uint64_t offset, std::uint64_t length) const {
    auto mapped = MappedFile::map(m_descriptor, m_path.string(), offset, length);
    return std::make_shared<const Segment>(mapped->bytes(), mapped, m_path.string(), offset);
}

void DigestFile::writeAt(std::uint64_t offset, const void* data, std::size_t length) {
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    for (std::size_t done = 0; done < length;) {
        const ssize_t count = ::pwrite(m_descriptor, bytes + done, length - done, static_cast<off_t>(offset + done));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) throw FileError::fromErrno(count < 0 ? errno : ENOSPC, m_path.string(), "write");
        done += static_cast<std::size_t>(count);
    }
}

}  // namespace heapprof
