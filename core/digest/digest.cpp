#include "core/digest/digest.h"

#include <algorithm>
#include <utility>

namespace heapprof {

Digest::Digest(std::shared_ptr<const Weights> weights, std::size_t traceCount, std::vector<Bucket> buckets,
               std::vector<std::shared_ptr<const Segment>> segments, bool complete, unsigned revision)
    : m_weights(std::move(weights)),
      m_traceCount(traceCount),
      m_buckets(std::move(buckets)),
      m_segments(std::move(segments)),
      m_complete(complete),
      m_revision(revision) {}

std::size_t Digest::bucketsUpTo(Instant instant) const {
    const auto after =
        std::upper_bound(m_buckets.begin(), m_buckets.end(), instant, [](const Instant& i, const Bucket& bucket) {
            return i.time.count < bucket.end.time || i.events < bucket.end.events;
        });
    return static_cast<std::size_t>(after - m_buckets.begin());
}

Amount Digest::totalAfter(std::size_t bucketCount) const {
    return bucketCount == 0 ? Amount{} : m_buckets[bucketCount - 1].total;
}

std::vector<TraceAmount> Digest::stateAfter(std::size_t bucketCount) const {
    if (bucketCount == 0) return {};
    const auto after =
        std::upper_bound(m_segments.begin(), m_segments.end(), bucketCount - 1,
                         [](std::size_t bucket, const auto& segment) { return bucket < segment->firstBucket(); });
    const Segment& segment = **std::prev(after);
    return segment.stateAfter(bucketCount - segment.firstBucket(), m_traceCount + 1);
}

}  // namespace heapprof
