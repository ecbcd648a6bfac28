#include "core/blocks/window_minima.h"

#include <algorithm>
#include <numeric>

#include "core/recording/event_walk.h"

namespace heapprof {
namespace {

/// Fewer buckets in a window would leave too much unseen.
constexpr std::size_t kBucketsPerWindow = 16;

class Windows {
public:
    Windows(Micros from, Micros to) : m_from(from), m_length(static_cast<std::uint64_t>(to.count - from.count)) {}

    /// `time` lies within.
    std::size_t at(std::int64_t time) const {
        const auto offset = static_cast<unsigned __int128>(time - m_from.count) * kGrowthWindows;
        return std::min(kGrowthWindows - 1, static_cast<std::size_t>(offset / m_length));
    }

private:
    Micros m_from;
    std::uint64_t m_length;
};

/// Follows the groups' amounts from window to window.
class MinimumTracker {
public:
    MinimumTracker(const TraceGroups& groups, const std::vector<Amount>& first, Measure measure) : m_groups(groups) {
        for (const Amount& value : first) m_amounts.push_back(value.of(measure));
        m_windowMin = m_amounts;
        m_minima.resize(groups.count());
    }

    void moveTo(std::size_t window) {
        for (; m_window < window; ++m_window) {
            for (std::size_t group = 0; group < m_minima.size(); ++group)
                m_minima[group][m_window] = m_windowMin[group];
            m_windowMin = m_amounts;
        }
    }
    void add(TraceIndex trace, std::int64_t amount) {
        for (const std::uint32_t group : m_groups.of(trace)) m_amounts[group] = wrappingAdd(m_amounts[group], amount);
    }
    /// The amounts of the trace's groups are such as there were, no intermediate results.
    void settle(TraceIndex trace) {
        for (const std::uint32_t group : m_groups.of(trace))
            m_windowMin[group] = std::min(m_windowMin[group], m_amounts[group]);
    }
    std::vector<WindowMinima::Minima> finish() {
        moveTo(kGrowthWindows);
        return std::move(m_minima);
    }

private:
    const TraceGroups& m_groups;
    std::size_t m_window = 0;
    std::vector<std::int64_t> m_amounts;
    std::vector<std::int64_t> m_windowMin;  // in the window
    std::vector<WindowMinima::Minima> m_minima;
};

/// The changes of a segment, bucket by bucket.
class BucketChanges {
public:
    struct Change {
        TraceIndex trace;
        std::int64_t amount = 0;
    };

    BucketChanges(const Segment& segment, Measure measure) : m_firstBucket(segment.firstBucket()) {
        const std::vector<TraceChange> changes = segment.changes();
        std::array<std::size_t, kSegmentBuckets + 1> ends{};
        const auto bucketOf = [](const TraceChange& change) {
            return std::min<std::size_t>(change.bucket, kSegmentBuckets - 1);
        };
        for (const TraceChange& change : changes) ++ends[bucketOf(change) + 1];
        std::partial_sum(ends.begin(), ends.end(), ends.begin());
        m_starts = ends;
        m_changes.resize(changes.size());
        for (const TraceChange& change : changes)
            m_changes[ends[bucketOf(change)]++] = {change.trace, change.delta.of(measure)};
    }
    std::span<const Change> of(std::size_t bucket) const {
        const std::size_t i = bucket - m_firstBucket;
        return std::span(m_changes).subspan(m_starts[i], m_starts[i + 1] - m_starts[i]);
    }

private:
    std::size_t m_firstBucket;
    std::array<std::size_t, kSegmentBuckets + 1> m_starts{};
    std::vector<Change> m_changes;
};

std::vector<Amount> sums(const TraceGroups& groups, const std::vector<TraceAmount>& state) {
    std::vector<Amount> values(groups.count());
    for (const auto& [trace, amount] : state)
        for (const std::uint32_t group : groups.of(trace)) values[group] += amount;
    return values;
}

/// One walk over the buckets: by their changes in the digest, or event by event where these do not tell enough.
class Walk {
public:
    Walk(const Recording& recording, const WindowSpan& span, MinimumTracker& tracker, const std::stop_token& stop)
        : m_recording(recording),
          m_digest(recording.digest()),
          m_from(span.from),
          m_to(span.to),
          m_measure(span.measure),
          m_windows(span.from, span.to),
          m_tracker(tracker),
          m_stop(stop) {}

    void run() {
        const EventRange buckets = EventRange::between(m_recording, m_from, m_to);
        if (buckets.end <= buckets.first + kBucketsPerWindow * kGrowthWindows) {
            read(buckets.first, buckets.end);
            return;
        }
        for (const auto& segment : m_digest.segments()) {
            const std::size_t first = std::max(buckets.first, segment->firstBucket());
            const std::size_t end = std::min(buckets.end, segment->firstBucket() + segment->bucketCount());
            if (first >= end || m_stop.stop_requested()) continue;
            const BucketChanges changes(*segment, m_measure);
            for (std::size_t bucket = first; bucket < end && !m_stop.stop_requested(); ++bucket)
                if (isWithinWindow(bucket))
                    apply(bucket, changes.of(bucket));
                else
                    read(bucket, bucket + 1);
        }
    }

private:
    bool isWithinWindow(std::size_t index) const {
        const Bucket& bucket = m_digest.buckets()[index];
        return bucket.firstTime > m_from.count && bucket.end.time <= m_to.count &&
               m_windows.at(bucket.firstTime) == m_windows.at(bucket.end.time);
    }
    void apply(std::size_t bucket, std::span<const BucketChanges::Change> changes) {
        m_tracker.moveTo(m_windows.at(m_digest.buckets()[bucket].end.time));
        for (const auto& change : changes) m_tracker.add(change.trace, change.amount);
        for (const auto& change : changes) m_tracker.settle(change.trace);
    }
    void read(std::size_t first, std::size_t end) {
        visitRange(m_recording, {m_from, m_to, first, end}, m_stop, [&](const Event& event) {
            m_tracker.moveTo(m_windows.at(event.time.count));
            m_tracker.add(event.trace, m_recording.weights().change(event).of(m_measure));
            m_tracker.settle(event.trace);
        });
    }

    const Recording& m_recording;
    const Digest& m_digest;
    Micros m_from, m_to;
    Measure m_measure;
    Windows m_windows;
    MinimumTracker& m_tracker;
    const std::stop_token& m_stop;
};

}  // namespace

WindowMinima windowMinima(const Recording& recording, const TraceGroups& groups, const WindowSpan& span,
                          const std::stop_token& stop) {
    WindowMinima result;
    result.first = sums(groups, stateAt(recording, span.from, stop));
    result.last = sums(groups, stateAt(recording, span.to, stop));
    MinimumTracker tracker(groups, result.first, span.measure);
    Walk(recording, span, tracker, stop).run();
    result.minima = tracker.finish();
    return result;
}

}  // namespace heapprof
