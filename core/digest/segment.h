// A run of at most 256 buckets: the state before it (key frame), and for every trace that changes its list of changes.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/digest/bucket.h"
#include "core/digest/packed_changes.h"
#include "core/digest/trace_amount.h"

namespace heapprof {

inline constexpr std::size_t kSegmentBuckets = 256;

/// The bytes of one segment, as FORMAT.md lays them out, and the questions they answer. Immutable and thread-safe; a
/// part is checked against its hash at the first question that needs it.
class Segment {
public:
    /// `bytes` stay alive as long as `owner`; they may go on behind the segment's end. Throws FileError (kind Damaged,
    /// naming `path` and `offset`) when header or buckets are damaged.
    Segment(std::span<const std::uint8_t> bytes, std::shared_ptr<const void> owner, std::string path,
            std::uint64_t offset);

    /// Where it lies in the file; 0: in none.
    std::uint64_t offset() const { return m_offset; }
    std::size_t firstBucket() const { return m_firstBucket; }
    std::size_t bucketCount() const { return m_bucketCount; }
    /// Where the segment before this one starts in the file; 0: this is the first.
    std::uint64_t previousOffset() const { return m_previousOffset; }
    std::uint64_t size() const { return m_bytes.size(); }

    /// Appends this segment's buckets. Throws FileError when the segment is damaged.
    void appendBuckets(std::vector<Bucket>& buckets) const;
    /// The state after the segment's first `bucketCount` buckets: of every trace that has anything, by trace. A trace
    /// that is not below `traceCount` is damage.
    std::vector<TraceAmount> stateAfter(std::size_t bucketCount, std::size_t traceCount) const;
    /// Adds to `allocated`, indexed by trace, the bytes allocated in the segment's buckets `first` to `end` - 1. A
    /// trace beyond its size is damage.
    void addAllocated(std::size_t first, std::size_t end, std::span<std::int64_t> allocated) const;
    /// Adds to `series[bucket]` by how much the bucket changed the amount of the traces, which ascend. `series` has
    /// bucketCount() entries.
    void addSeries(std::span<const TraceIndex> traces, std::span<std::int64_t> series,
                   Measure measure = Measure::ByteCount) const;
    /// Every change of live memory, by trace, then bucket.
    std::vector<TraceChange> changes() const;

private:
    /// Checked at the first question about it.
    struct ToCheck {
        std::span<const std::uint8_t> bytes;
        std::uint64_t hash = 0;
        mutable std::atomic<bool> isChecked{false};
    };
    void check(const ToCheck& part) const;
    std::vector<TraceAmount> keyFrame(std::size_t traceCount) const;
    /// The trace, which is below `traceCount`; that it is not is damage.
    TraceIndex known(TraceIndex trace, std::size_t traceCount) const;
    template <typename Ask>
    void read(std::span<const std::uint8_t> changes, Ask ask) const;
    [[noreturn]] void fail(const char* reason) const;

    std::span<const std::uint8_t> m_bytes;
    std::shared_ptr<const void> m_owner;
    std::string m_path;
    std::uint64_t m_offset;
    std::size_t m_firstBucket = 0;
    std::size_t m_bucketCount = 0;
    std::uint64_t m_previousOffset = 0;
    std::span<const std::uint8_t> m_buckets, m_keyFrame, m_net, m_transient;
    ToCheck m_toCheckNet, m_toCheckTransient;
};

/// Live memory of every trace, indexed by trace, as a key frame.
std::vector<std::uint8_t> encodeKeyFrame(std::span<const Amount> values);

/// The bytes of a segment.
std::vector<std::uint8_t> encodeSegment(std::uint64_t previousOffset, std::size_t firstBucket,
                                        std::span<const Bucket> buckets, std::span<const std::uint8_t> keyFrame,
                                        const SegmentChanges& changes);

}  // namespace heapprof
