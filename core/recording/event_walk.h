// The events of a part of a recording, one by one, in order.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <stop_token>
#include <type_traits>

#include "core/bytes/error.h"
#include "core/capture/event_loop.h"
#include "core/instant.h"
#include "core/recording/recording.h"

namespace heapprof {

/// Reads the events of whole buckets of the digest, ever further on in the log. Refers to the recording.
class BucketReader {
public:
    BucketReader(const Recording& recording, std::stop_token stop) : m_recording(recording), m_stop(std::move(stop)) {}

    /// Calls `visit(event)` for each event of buckets number `first` to `end` - 1, of which there is at least one; it
    /// is compiled into the decoder's loop, see visitEvents(). Returns early when a stop is requested, or some time
    /// after isDone() became true: the next call goes on elsewhere all the same. Throws FileError when the log does not
    /// hold them any more.
    template <typename Visit, typename IsDone>
    void visit(std::size_t first, std::size_t end, Visit& visit, IsDone isDone) {
        const EventPosition start = m_recording.digest().startOf(first);
        if (!m_reader) m_reader = m_recording.capture().events();
        if (m_events != start.events) m_reader->seek(start);
        m_events = m_recording.digest().startOf(end).events;
        for (std::uint64_t left = m_events - start.events; left > 0; left -= m_visited) {
            if (isDone() || m_stop.stop_requested()) {
                m_events = kNowhere;
                return;
            }
            m_visited =
                visitEvents(*m_reader, static_cast<std::size_t>(std::min<std::uint64_t>(left, kEventsPerStop)), visit);
            if (m_visited == 0)
                throw FileError(FileError::Kind::Damaged, m_recording.capture().eventsPath().string(),
                                "is shorter than when it was digested: what happened in there is lost", start.offset);
        }
    }
    template <typename Visit>
    void visit(std::size_t first, std::size_t end, Visit& visitor) {
        visit(first, end, visitor, [] { return false; });
    }

private:
    static constexpr std::uint64_t kEventsPerStop = 4096;
    static constexpr std::uint64_t kNowhere = ~std::uint64_t{0};

    const Recording& m_recording;
    std::unique_ptr<EventReader> m_reader;
    std::stop_token m_stop;
    std::uint64_t m_events = 0;  // before the reader
    std::size_t m_visited = 0;
};

/// Calls `visit(event)` for each event of buckets number `first` to `end` - 1 of the digest, until it returns false.
template <typename Visit>
void visitBuckets(const Recording& recording, std::size_t first, std::size_t end, const std::stop_token& stop,
                  Visit&& visit) {
    if (first >= end) return;
    bool goesOn = true;
    const auto visitWhileItGoesOn = [&](const Event& event) { goesOn = goesOn && visit(event); };
    BucketReader(recording, stop).visit(first, end, visitWhileItGoesOn, [&] { return !goesOn; });
}

/// Whether bucket number `bucket` has events up to `instant`, or may have: buckets that follow have none otherwise.
inline bool reachesInto(const Recording& recording, std::size_t bucket, const Instant& instant) {
    const Digest& digest = recording.digest();
    return bucket < digest.buckets().size() &&
           !isAfter(Micros(digest.buckets()[bucket].firstTime), digest.startOf(bucket).events, instant);
}

/// The events of (from, until], which lie in buckets number `first` to `end` - 1 of the digest.
struct EventRange {
    Instant from;
    Instant until;
    std::size_t first = 0;
    std::size_t end = 0;  ///< not above `first`: there are none

    static EventRange between(const Recording& recording, const Instant& from, const Instant& until) {
        const Digest& digest = recording.digest();
        return {from, until, digest.bucketsUpTo(from),
                std::min(digest.bucketsUpTo(until) + 1, digest.buckets().size())};
    }
    static EventRange upTo(const Recording& recording, const Instant& until) {
        return between(recording, kBeforeAll, until);
    }
    /// Those up to `until` that come after the buckets which end by then: of one bucket at most.
    static EventRange afterBucketsUpTo(const Recording& recording, const Instant& until) {
        const std::size_t bucket = recording.digest().bucketsUpTo(until);
        return {kBeforeAll, until, bucket, reachesInto(recording, bucket, until) ? bucket + 1 : bucket};
    }
    /// Those of them that bucket number `bucket` holds.
    EventRange inBucket(std::size_t bucket) const { return {from, until, bucket, bucket + 1}; }

    bool isEmpty() const { return first >= end; }
    /// Whether all events of bucket number `bucket` belong to it.
    bool containsBucket(const Recording& recording, std::size_t bucket) const {
        const Bucket& each = recording.digest().buckets()[bucket];
        return isAfter(Micros(each.firstTime), recording.digest().startOf(bucket).events, from) &&
               each.end.time <= until.time.count && each.end.events <= until.events;
    }

private:
    static constexpr Instant kBeforeAll{Micros(std::numeric_limits<std::int64_t>::min())};
};

/// Calls `visit(event)` for each event of the range, until it returns false; one that returns nothing goes on.
template <typename Visit>
void visitRange(const Recording& recording, const EventRange& range, const std::stop_token& stop, Visit&& visit) {
    std::uint64_t number = recording.digest().startOf(range.first).events;
    visitBuckets(recording, range.first, range.end, stop, [&](const Event& event) {
        const std::uint64_t own = number++;
        if (isAfter(event.time, own, range.until)) return false;
        if (!isAfter(event.time, own, range.from)) return true;
        if constexpr (std::is_void_v<std::invoke_result_t<Visit, const Event&>>) {
            visit(event);
            return true;
        } else {
            return visit(event);
        }
    });
}

}  // namespace heapprof
