// The segment of a digest that is being filled, event by event.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/capture/event.h"
#include "core/capture/weights.h"
#include "core/digest/bucket.h"
#include "core/digest/change_log.h"
#include "core/digest/segment.h"

namespace heapprof {

/// How many events bucket number `bucket` holds.
std::uint64_t bucketLength(std::size_t bucket);

/// Whether a segment with that many buckets and events is full: at 256 buckets, or at 2^20 events, so that changes take
/// bounded memory and are read in a millisecond or two, but with no fewer events than the key frame has traces.
bool isFullSegment(std::size_t buckets, std::uint64_t events, std::size_t traceCount);

class SegmentBuilder {
public:
    /// Asked about a trace that is not known: returns the one to count the event to, which is known by then.
    using TraceResolver = std::function<TraceIndex(TraceIndex)>;

    explicit SegmentBuilder(std::shared_ptr<const Weights> weights);

    /// Makes room for traces 0 to `count` - 1; never fewer than before.
    void growTraces(std::size_t count) { m_changes.growTraces(count); }
    std::size_t traceCount() const { return m_changes.traceCount(); }

    /// Begins a segment with bucket number `firstBucket` of the digest; `total` is what all traces hold together before
    /// it.
    void begin(std::size_t firstBucket, const EventPosition& start, const Amount& total);
    /// Counts the reader's next events: some, up to the end of a bucket. Returns how many; 0 when there are none.
    std::size_t read(EventReader& reader, const TraceResolver& resolve);
    /// Behind the last event counted.
    const EventPosition& position() const { return m_position; }
    std::uint64_t events() const { return m_position.events - m_start; }
    /// Whether the segment ends here.
    bool isFull() const;
    /// Ends the bucket being filled, if it holds anything.
    void endBucket();

    /// Those that have ended.
    const std::vector<Bucket>& buckets() const { return m_buckets; }
    SegmentChanges changes() const { return m_changes.encode(); }
    /// The one being filled, as if it ended here; unset when it holds nothing.
    std::optional<Bucket> openBucket() const;
    SegmentChanges openChanges() const { return m_changes.encodeOpenBucket(); }
    /// Of all traces, after the buckets that have ended.
    const Amount& total() const { return m_total; }

private:
    template <bool exact>
    struct Counter;
    template <bool exact>
    std::size_t count(EventReader& reader, std::size_t most, const TraceResolver& resolve);
    void beginBucket();

    std::shared_ptr<const Weights> m_weights;
    ChangeLog m_changes;
    std::size_t m_firstBucket = 0;
    std::uint64_t m_start = 0;      // events before it
    std::vector<Bucket> m_buckets;  // that have ended
    Bucket m_bucket;                // being filled
    std::uint64_t m_bucketEvents = 0;
    Amount m_total;  // bytes now, the rest before the bucket being filled
    EventPosition m_position;
};

}  // namespace heapprof
