#include "core/digest/segment_builder.h"

#include <algorithm>
#include <utility>

#include "core/capture/event_loop.h"

namespace heapprof {
namespace {

constexpr std::size_t kBatch = 1024;               // events until something else is looked at
constexpr std::uint64_t kFirstBucketLength = 512;  // events
constexpr std::size_t kBucketsPerDoubling = 1024;
constexpr unsigned kMaxDoublings = 24;

constexpr std::uint64_t kEventsPerSegment = std::uint64_t{1} << 20;

}  // namespace

std::uint64_t bucketLength(std::size_t bucket) {
    return kFirstBucketLength << std::min<std::size_t>(bucket / kBucketsPerDoubling, kMaxDoublings);
}

bool isFullSegment(std::size_t buckets, std::uint64_t events, std::size_t traceCount) {
    return buckets == kSegmentBuckets || events >= std::max<std::uint64_t>(kEventsPerSegment, traceCount);
}

SegmentBuilder::SegmentBuilder(std::shared_ptr<const Weights> weights)
    : m_weights(std::move(weights)), m_changes(!m_weights->exact()) {
    growTraces(1);
}

void SegmentBuilder::begin(std::size_t firstBucket, const EventPosition& start, const Amount& total) {
    m_changes.clear();
    m_firstBucket = firstBucket;
    m_start = start.events;
    m_buckets.clear();
    m_total = total;
    m_position = start;
    beginBucket();
}

void SegmentBuilder::beginBucket() {
    m_bucket = {};
    m_bucket.min = m_bucket.max = m_total.bytes;
    m_bucket.maxTime = m_position.time;
    m_bucketEvents = 0;
}

/// A batch never passes the end of a bucket, so that a bucket ends at a position of the reader, and its first event
/// comes alone, for the same reason.
std::size_t SegmentBuilder::read(EventReader& reader, const TraceResolver& resolve) {
    const std::uint64_t length = bucketLength(m_firstBucket + m_buckets.size());
    const bool isFirst = m_bucketEvents == 0;
    const auto most = static_cast<std::size_t>(isFirst ? 1 : std::min<std::uint64_t>(length - m_bucketEvents, kBatch));
    const std::size_t events =
        m_weights->exact() ? count<true>(reader, most, resolve) : count<false>(reader, most, resolve);
    if (events == 0) return 0;
    m_position = reader.position();
    if (isFirst) m_bucket.firstTime = m_position.time;
    if (m_bucketEvents == length) endBucket();
    return events;
}

bool SegmentBuilder::isFull() const {
    return m_bucketEvents == 0 && !m_buckets.empty() && isFullSegment(m_buckets.size(), events(), traceCount() - 1);
}

/// What an event does to the bucket being filled. Copied into the decoder's loop and back.
template <bool exact>
struct SegmentBuilder::Counter {
    SegmentBuilder* builder;
    const TraceResolver* resolve;
    const Weights* weights;
    ChangeLog::Adder adder;
    std::int64_t bytes;  // of all traces
    std::int64_t min, max, maxTime;

    /// Branch-free: the event's kind, and whether its bucket has met its trace, are unpredictable.
    void operator()(const Event& event) {
        std::uint32_t trace = event.trace.value;
        if (trace >= adder.traceCount()) [[unlikely]] {
            Counter other = *this;  // a copy, so that the address of *this does not escape and it stays in registers
            trace = other.resolved(event.trace);
            *this = other;
        }
        const Amount weight = exact ? Weights::ofExact(event.size) : weights->of(event);
        const auto isFree = static_cast<std::int64_t>(event.kind);
        const std::uint32_t place = adder.placeOf(trace);
        ChangeLog::Change& change = adder.change(place);
        std::int64_t& amount = change.amounts[isFree];
        amount = wrappingAdd(amount, weight.bytes);
        change.blocks = wrappingAdd(change.blocks, withSign(weight.blocks, -isFree));
        if constexpr (!exact) {
            ChangeLog::Variances& variances = adder.variances(place);
            variances.bytes = wrappingAdd(variances.bytes, withSign(weight.bytesVariance, -isFree));
            variances.blocks = wrappingAdd(variances.blocks, withSign(weight.blocksVariance, -isFree));
        }
        bytes = wrappingAdd(bytes, withSign(weight.bytes, -isFree));
        maxTime = bytes > max ? event.time.count : maxTime;
        max = std::max(max, bytes);
        min = std::min(min, bytes);
    }
    [[gnu::noinline]] std::uint32_t resolved(TraceIndex trace) {
        builder->m_changes.commit(adder);
        const TraceIndex known = (*resolve)(trace);
        adder = builder->m_changes.adder(kBatch);
        return known.value;
    }
};

template <bool exact>
std::size_t SegmentBuilder::count(EventReader& reader, std::size_t most, const TraceResolver& resolve) {
    Counter<exact> counter{this,          &resolve,     m_weights.get(), m_changes.adder(kBatch),
                           m_total.bytes, m_bucket.min, m_bucket.max,    m_bucket.maxTime};
    const std::size_t events = visitEvents(reader, most, counter);
    m_changes.commit(counter.adder);
    m_bucketEvents += events;
    m_total.bytes = counter.bytes;
    m_bucket.min = counter.min;
    m_bucket.max = counter.max;
    m_bucket.maxTime = counter.maxTime;
    return events;
}

std::optional<Bucket> SegmentBuilder::openBucket() const {
    if (m_bucketEvents == 0) return std::nullopt;
    const auto [delta, allocated] = m_changes.bucketSum();
    Bucket bucket = m_bucket;
    bucket.end = m_position;
    bucket.total = m_total + delta;
    bucket.total.bytes = m_total.bytes;
    bucket.allocated = allocated;
    return bucket;
}

void SegmentBuilder::endBucket() {
    const std::optional<Bucket> bucket = openBucket();
    if (!bucket) return;
    m_changes.endBucket(static_cast<std::uint32_t>(m_buckets.size()));
    m_total = bucket->total;
    m_buckets.push_back(*bucket);
    beginBucket();
}

}  // namespace heapprof
