// The time history of a capture: for every trace its live memory after each bucket of events. Immutable.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/capture/weights.h"
#include "core/digest/bucket.h"
#include "core/digest/segment.h"
#include "core/instant.h"

namespace heapprof {

/// One state of a digest, published by its builder or read from a .hpc file; shared freely between threads. While the
/// builder goes on it publishes further ones that share the finished segments.
class Digest {
public:
    /// `segments` follow each other from bucket 0 on and cover `buckets` exactly; no trace in them is above
    /// `traceCount`.
    Digest(std::shared_ptr<const Weights> weights, std::size_t traceCount, std::vector<Bucket> buckets,
           std::vector<std::shared_ptr<const Segment>> segments, bool complete, unsigned revision = 0);

    const std::vector<Bucket>& buckets() const { return m_buckets; }
    /// Whether it reaches the end of the event log as it was when building ended.
    bool complete() const { return m_complete; }
    /// Digests of one builder that are of one revision agree about all that both cover; a builder begins another one
    /// when it learns of traces that its events had named before.
    unsigned revision() const { return m_revision; }
    /// Events covered.
    std::uint64_t events() const { return m_buckets.empty() ? 0 : m_buckets.back().end.events; }
    /// Times of the first and the last event covered; 0 when there is none.
    Micros firstTime() const { return Micros(m_buckets.empty() ? 0 : m_buckets.front().firstTime); }
    Micros lastTime() const { return Micros(m_buckets.empty() ? 0 : m_buckets.back().end.time); }
    const Weights& weights() const { return *m_weights; }

    /// The number of buckets whose last event is not after `instant`.
    std::size_t bucketsUpTo(Instant instant) const;

    /// Whether it holds every event up to `instant`: it is complete, or goes on beyond.
    bool reaches(const Instant& instant) const { return m_complete || isSettled(instant); }
    /// Whether no event up to `instant` can follow any more: at the very end of a digest that grows more events of the
    /// same microsecond may come.
    bool isSettled(const Instant& instant) const { return instant.time < lastTime() || instant.events <= events(); }

    /// Where the events of bucket number `bucket` begin: the start of the log, or the end of the bucket before.
    EventPosition startOf(std::size_t bucket) const {
        return bucket == 0 ? EventPosition{} : m_buckets[bucket - 1].end;
    }
    /// Traces that may occur are 0 to traceCount().
    std::size_t traceCount() const { return m_traceCount; }

    /// All live memory after the first `bucketCount` buckets; in fixed point.
    Amount totalAfter(std::size_t bucketCount) const;
    /// Live memory after the first `bucketCount` buckets, of every trace that has any, by trace; in fixed point. Throws
    /// FileError when a segment of the file turns out to be damaged.
    std::vector<TraceAmount> stateAfter(std::size_t bucketCount) const;

    /// In order.
    std::span<const std::shared_ptr<const Segment>> segments() const { return m_segments; }

private:
    std::shared_ptr<const Weights> m_weights;
    std::size_t m_traceCount;
    std::vector<Bucket> m_buckets;
    std::vector<std::shared_ptr<const Segment>> m_segments;
    bool m_complete;
    unsigned m_revision;
};

}  // namespace heapprof
