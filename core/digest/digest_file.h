// The .hpc file: FORMAT.md, "File". Finds it, reads it, and lets one builder at a time append to it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/capture/capture.h"
#include "core/digest/segment.h"

namespace heapprof {

/// What ties a digest to a capture and to the rules its amounts were scaled by.
struct DigestIdentity {
    Uuid uuid{};
    std::uint64_t samplingFingerprint = 0;

    static DigestIdentity of(const Uuid& uuid, const SamplingRules& rules);
    static DigestIdentity of(const Metadata& metadata) { return of(metadata.uuid, metadata.sampling); }
    bool operator==(const DigestIdentity&) const = default;
};

/// How far a digest file reaches.
struct DigestExtent {
    std::uint64_t buckets = 0;
    bool complete = false;
    EventPosition position;       ///< in the event log, behind the last bucket
    std::uint64_t logLength = 0;  ///< of the event log when the extent was written
    std::uint64_t traces = 0;     ///< the buckets name no greater trace
    bool foundDamage = false;     ///< something in the log before the position could not be read
    bool foundUnknown = false;    ///< events named traces that the .hpm file did not hold
};

class DigestFile {
public:
    /// Where the digest of `capture` may lie, the preferred place first.
    static std::vector<std::filesystem::path> candidates(const Capture& capture);

    /// Opens the digest at `path`; null when it is absent, damaged, or not that of `identity`. `forAppending` takes the
    /// builder's lock, and gives null when another builder holds it.
    static std::unique_ptr<DigestFile> open(const std::filesystem::path& path, const DigestIdentity& identity,
                                            bool forAppending);
    /// Creates an empty digest in the place of whatever is at `path`, with the builder's lock. Throws FileError.
    static std::unique_ptr<DigestFile> create(const std::filesystem::path& path, const DigestIdentity& identity);
    ~DigestFile();
    DigestFile(const DigestFile&) = delete;
    DigestFile& operator=(const DigestFile&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    const DigestExtent& extent() const { return m_extent; }
    /// All segments that the extent names, in order. Throws FileError when they are damaged.
    std::vector<std::shared_ptr<const Segment>> segments() const;

    /// Appends the bytes of one segment and, behind it, publishes `extent`; no bytes: publishes alone. Segments that
    /// neither it nor those before it refer to are given up. Throws FileError; what was published before stays valid.
    std::shared_ptr<const Segment> append(const std::vector<std::uint8_t>& segment, const DigestExtent& extent);

private:
    DigestFile(std::filesystem::path path, int descriptor) : m_path(std::move(path)), m_descriptor(descriptor) {}
    bool readSuperblock();
    void writeAt(std::uint64_t offset, const void* data, std::size_t length);
    std::shared_ptr<const Segment> mapSegment(std::uint64_t offset, std::uint64_t length) const;

    std::filesystem::path m_path;
    int m_descriptor;
    std::uint64_t m_generation = 0;
    std::uint64_t m_end = 0;
    std::uint64_t m_lastSegment = 0;
    DigestExtent m_extent;
};

}  // namespace heapprof
