// A run of at most 256 rows: the state before it (key frame), and for every trace that changes its list of changes.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/digest/row_table.h"
#include "core/digest/trace_set.h"
#include "core/digest/trace_value.h"

namespace heapprof {

namespace packed {
struct Index;
}

inline constexpr std::size_t kSegmentRows = 256;

/// The bytes of one segment, as FORMAT.md lays them out, and the questions they answer. Immutable and thread-safe; the
/// content hash is checked at the first question.
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
    /// Adds key frame and changes of the segment's first `rowCount` rows to `state`, indexed by trace. A trace beyond
    /// its size is damage.
    void addState(std::size_t rowCount, std::vector<TraceValue>& state) const;
    /// Adds to `allocated`, indexed by trace, the bytes allocated in the segment's rows `first` to `end` - 1. A trace
    /// beyond its size is damage.
    void addAllocated(std::size_t first, std::size_t end, std::span<std::int64_t> allocated) const;
    /// Adds to `series[row]` by how much the row changed the bytes of the traces in the set. `series` has rowCount()
    /// entries.
    void addSeries(const TraceSet& traces, std::span<std::int64_t> series) const;
    /// Every change, by trace, then row.
    std::vector<TraceChange> changes() const;

private:
    void check() const;
    template <typename Visit>
    void visitKeyFrame(Visit visit) const;
    /// The trace, which has a place in a table of `size` traces; that it has none is damage.
    std::uint64_t known(std::uint64_t trace, std::size_t size) const;
    struct Changes;
    Changes parsedChanges() const;
    template <typename NextWanted, typename Visit>
    void visitChanges(NextWanted nextWanted, Visit visit) const;
    template <typename Wants, typename Visit>
    void visitLists(const Changes& parsed, const packed::Index& from, std::uint64_t count, std::uint64_t traceEnd,
                    const Wants& wants, Visit& visit) const;
    [[noreturn]] void failAtChanges() const;
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

/// Live memory of every trace, indexed by trace, as a key frame.
std::vector<std::uint8_t> encodeKeyFrame(std::span<const TraceValue> values);

/// The bytes of a segment; `changes` is as ChangeLog encodes them.
std::vector<std::uint8_t> encodeSegment(std::uint64_t previousOffset, std::size_t firstRow, std::span<const Row> rows,
                                        std::span<const std::uint8_t> keyFrame, std::span<const std::uint8_t> changes);

}  // namespace heapprof
