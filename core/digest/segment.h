// A run of at most 256 rows: the state before it (key frame), and for every trace that changes its list of changes.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/digest/packed_changes.h"
#include "core/digest/row_table.h"
#include "core/digest/trace_amount.h"

namespace heapprof {

inline constexpr std::size_t kSegmentRows = 256;

/// The bytes of one segment, as FORMAT.md lays them out, and the questions they answer. Immutable and thread-safe; a
/// part is checked against its hash at the first question that needs it.
class Segment {
public:
    /// `bytes` stay alive as long as `owner`; they may go on behind the segment's end. Throws FileError (kind Damaged,
    /// naming `path` and `offset`) when header or rows are damaged.
    Segment(std::span<const std::uint8_t> bytes, std::shared_ptr<const void> owner, std::string path,
            std::uint64_t offset);

    /// Where it lies in the file; 0: in none.
    std::uint64_t offset() const { return m_offset; }
    std::size_t firstRow() const { return m_firstRow; }
    std::size_t rowCount() const { return m_rowCount; }
    /// Where the segment before this one starts in the file; 0: this is the first.
    std::uint64_t previousOffset() const { return m_previousOffset; }
    std::uint64_t size() const { return m_bytes.size(); }

    /// Appends this segment's rows. Throws FileError when the segment is damaged.
    void appendRows(std::vector<Row>& rows) const;
    /// The state after the segment's first `rowCount` rows: of every trace that has anything, by trace. A trace that is
    /// not below `traceCount` is damage.
    std::vector<TraceAmount> stateAfter(std::size_t rowCount, std::size_t traceCount) const;
    /// Adds to `allocated`, indexed by trace, the bytes allocated in the segment's rows `first` to `end` - 1. A trace
    /// beyond its size is damage.
    void addAllocated(std::size_t first, std::size_t end, std::span<std::int64_t> allocated) const;
    /// Adds to `series[row]` by how much the row changed the bytes of the traces, which ascend. `series` has rowCount()
    /// entries.
    void addSeries(std::span<const TraceIndex> traces, std::span<std::int64_t> series) const;
    /// Every change of live memory, by trace, then row.
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
    std::size_t m_firstRow = 0;
    std::size_t m_rowCount = 0;
    std::uint64_t m_previousOffset = 0;
    std::span<const std::uint8_t> m_rows, m_keyFrame, m_lasting, m_passing;
    ToCheck m_toCheckLasting, m_toCheckPassing;
};

/// Live memory of every trace, indexed by trace, as a key frame.
std::vector<std::uint8_t> encodeKeyFrame(std::span<const Amount> values);

/// The bytes of a segment.
std::vector<std::uint8_t> encodeSegment(std::uint64_t previousOffset, std::size_t firstRow, std::span<const Row> rows,
                                        std::span<const std::uint8_t> keyFrame, const SegmentChanges& changes);

}  // namespace heapprof
