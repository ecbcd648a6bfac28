// The changes of the segment being filled: collected bucket by bucket, and handed out trace by trace.
#pragma once

#include <cstdint>
#include <vector>

#include "core/bytes/huge_pages.h"
#include "core/digest/packed_changes.h"

namespace heapprof {

/// Each bucket's changes lie behind those of the bucket before, one entry for each trace that the bucket has met. So
/// the entries that a bucket adds to lie together, however many traces there are, and nothing is moved before all are
/// sorted by trace.
class ChangeLog {
public:
    struct Change {
        std::int64_t amounts[2] = {};  ///< bytes allocated, bytes freed: indexed by EventKind
        std::int64_t blocks = 0;       ///< by how many there are more
        std::uint32_t trace = 0;
        std::uint32_t bucket = 0;  ///< within the segment; 0 until the bucket ends
    };
    struct Variances {
        std::int64_t bytes = 0, blocks = 0;
    };

    /// Adds to the bucket being filled. Cheap to copy, so that a loop can hold it in registers.
    class Adder {
    public:
        std::size_t traceCount() const { return m_traceCount; }
        /// The place of the bucket's change of that trace, which is below traceCount().
        std::uint32_t placeOf(std::uint32_t trace) {
            const std::uint32_t known = m_places[trace];
            const std::uint32_t isNew = known < m_bucketStart;
            const std::uint32_t place = isNew ? m_end : known;
            m_end += isNew;
            m_places[trace] = place;
            m_changes[place].trace = trace;
            return place;
        }
        Change& change(std::uint32_t place) { return m_changes[place]; }
        Variances& variances(std::uint32_t place) { return m_variances[place]; }

    private:
        friend class ChangeLog;
        Change* m_changes = nullptr;
        Variances* m_variances = nullptr;
        std::uint32_t* m_places = nullptr;
        std::size_t m_traceCount = 0;
        std::uint32_t m_bucketStart = 1;
        std::uint32_t m_end = 1;
    };

    explicit ChangeLog(bool hasVariances);

    /// Makes room for traces 0 to `count` - 1; never fewer than before.
    void growTraces(std::size_t count);
    std::size_t traceCount() const { return m_places.size(); }
    /// For at most `most` new traces in the bucket being filled. Valid until growTraces(), endBucket() or clear().
    Adder adder(std::size_t most);
    /// What the adder has added counts from now on.
    void commit(const Adder& adder) { m_end = adder.m_end; }

    /// Sums of the bucket being filled.
    struct BucketSum {
        Amount delta;
        std::int64_t allocated = 0;
    };
    BucketSum bucketSum() const;
    /// The bucket being filled is bucket number `bucket` of the segment; the next one begins.
    void endBucket(std::uint32_t bucket);

    /// Of the buckets that have ended.
    SegmentChanges encode() const { return encode(1, m_bucketStart); }
    /// Of the bucket being filled alone, as bucket number 0.
    SegmentChanges encodeOpenBucket() const { return encode(m_bucketStart, m_end); }
    void clear();

private:
    struct Order {
        BigTable<std::uint32_t> entries;  ///< their numbers, by trace, then bucket
        std::vector<std::uint32_t> ends;  ///< where those of trace i begin: number i; and end: number i + 1
    };
    SegmentChanges encode(std::uint32_t begin, std::uint32_t end) const;
    Order sorted(std::uint32_t begin, std::uint32_t end) const;
    TraceChange traceChange(std::uint32_t entry) const;

    bool m_hasVariances;
    // Entry 0 is nobody's: a trace whose place is 0 has no change.
    BigTable<Change> m_changes;
    BigTable<Variances> m_variances;   // parallel
    BigTable<std::uint32_t> m_places;  // by trace: of its last change
    std::uint32_t m_bucketStart = 1;
    std::uint32_t m_end = 1;
    std::uint32_t m_cleanEnd = 1;  // entries from m_end up to here are zero, those behind may hold what was cleared
};

}  // namespace heapprof
