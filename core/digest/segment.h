// A run of at most 256 rows: the state before it (key frame), and for every trace that changes its list of changes.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/digest/row_table.h"
#include "core/units.h"

namespace heapprof {

/// Sums of untrusted sizes wrap instead of being undefined.
constexpr std::int64_t wrappingAdd(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
constexpr std::int64_t wrappingSubtract(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

/// Live memory of one trace, in the fixed point of the capture's Weights.
struct TraceValue {
    std::int64_t bytes = 0;
    std::int64_t blocks = 0;
    std::int64_t bytesVariance = 0;
    std::int64_t blocksVariance = 0;

    bool isZero() const { return (bytes | blocks | bytesVariance | blocksVariance) == 0; }
    bool operator==(const TraceValue&) const = default;
    TraceValue& operator+=(const TraceValue& other) {
        bytes = wrappingAdd(bytes, other.bytes);
        blocks = wrappingAdd(blocks, other.blocks);
        bytesVariance = wrappingAdd(bytesVariance, other.bytesVariance);
        blocksVariance = wrappingAdd(blocksVariance, other.blocksVariance);
        return *this;
    }
    TraceValue operator-(const TraceValue& other) const {
        return {wrappingSubtract(bytes, other.bytes), wrappingSubtract(blocks, other.blocks),
                wrappingSubtract(bytesVariance, other.bytesVariance),
                wrappingSubtract(blocksVariance, other.blocksVariance)};
    }
};

/// How one trace changed within one row.
struct TraceChange {
    TraceIndex trace;
    std::uint32_t row = 0;  ///< within the segment
    TraceValue delta;
    std::int64_t allocated = 0;  ///< bytes allocated in the row, whether freed since or not

    bool operator==(const TraceChange&) const = default;
};

inline constexpr std::size_t kSegmentRows = 256;

/// The bytes of one segment, as FORMAT.md lays them out, and the questions they answer. Immutable and thread-safe; the
/// content hash is checked at the first question.
class Segment {
public:
    /// `bytes` stay alive as long as `owner`; they may go on behind the segment's end. Throws FileError (kind Damaged,
    /// naming `path` and `offset`) when header or rows are damaged.
    Segment(std::span<const std::uint8_t> bytes, std::shared_ptr<const void> owner, std::string path,
            std::uint64_t offset);

    std::size_t firstRow() const { return m_firstRow; }
    std::size_t rowCount() const { return m_rowCount; }
    /// Where the segment before this one starts in the file; 0: this is the first.
    std::uint64_t previousOffset() const { return m_previousOffset; }
    std::uint64_t size() const { return m_bytes.size(); }

    /// Appends this segment's rows. Throws FileError when the segment is damaged.
    void appendRows(std::vector<Row>& rows) const;
    /// Adds key frame and changes of the segment's first `rowCount` rows to `state`, indexed by trace. A trace beyond
    /// its size is damage.
    void addState(std::size_t rowCount, std::vector<TraceValue>& state) const;
    /// Adds to `series[row]` the bytes of the traces in the set: key frame at row 0, then each change at its row. The
    /// caller makes the running sum. `series` has rowCount() entries.
    void addSeries(const std::vector<bool>& isMember, std::span<std::int64_t> series) const;
    /// Every change, by trace, then row.
    std::vector<TraceChange> changes() const;

private:
    struct Columns;
    void check() const;
    Columns columns() const;
    [[noreturn]] void fail(const char* reason) const;

    std::span<const std::uint8_t> m_bytes;
    std::shared_ptr<const void> m_owner;
    std::string m_path;
    std::uint64_t m_offset;
    std::size_t m_firstRow = 0;
    std::size_t m_rowCount = 0;
    std::uint64_t m_previousOffset = 0;
    std::uint64_t m_contentHash = 0;
    std::span<const std::uint8_t> m_rows, m_keyFrame, m_changes;
    mutable std::atomic<bool> m_checked{false};
};

/// The bytes of a segment. `keyFrame` is indexed by trace; `changes` are ordered by row, and at most one per trace and
/// row.
std::vector<std::uint8_t> encodeSegment(std::uint64_t previousOffset, std::size_t firstRow, std::span<const Row> rows,
                                        std::span<const TraceValue> keyFrame, std::span<const TraceChange> changes);

}  // namespace heapprof
