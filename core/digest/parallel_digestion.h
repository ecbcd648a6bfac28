// Digests several segments of a version 2 log at once: its chunks can be decoded independently, and each says how many
// events lie before it, so every thread reads the events of another segment.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "core/capture/capture.h"
#include "core/digest/segment_builder.h"

namespace heapprof {

class ParallelDigestion {
public:
    /// Segments that lie in sealed chunks, from bucket number `firstBucket` on, whose events begin at `start`.
    /// `capture` outlives this. `traceCount` as in Digest.
    ParallelDigestion(const Capture& capture, std::shared_ptr<const Weights> weights, std::size_t traceCount,
                      std::size_t firstBucket, const EventPosition& start, unsigned threads,
                      const std::stop_token& stop);
    ~ParallelDigestion();
    ParallelDigestion(const ParallelDigestion&) = delete;
    ParallelDigestion& operator=(const ParallelDigestion&) = delete;

    /// A segment as it would be if nothing had been alive before it.
    struct Part {
        EventPosition start;
        std::vector<Bucket> buckets;
        SegmentChanges changes;
    };
    /// The next one. Null at the end, when `stop` was requested, and where the log is not what its headers say or
    /// names unknown traces: whoever goes on from there reads it event by event.
    std::unique_ptr<Part> next();

private:
    struct Plan {
        std::size_t firstBucket;
        EventPosition start;  // the clocks are found by reading
        std::uint64_t events;
    };
    struct Slot {
        bool isDone = false;
        std::unique_ptr<Part> part;  // null: cannot be done here
    };
    void plan(std::size_t firstBucket, EventPosition start);
    void work(const std::stop_token& stop);
    std::unique_ptr<Part> digest(const Plan& plan, SegmentBuilder& builder, const std::stop_token& stop) const;

    const Capture& m_capture;
    const std::shared_ptr<const Weights> m_weights;
    const std::size_t m_traceCount;
    const std::size_t m_ahead;  // how many parts may be begun that nobody has taken
    std::vector<Plan> m_plans;

    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::vector<Slot> m_slots;  // by number
    std::size_t m_begun = 0;
    std::size_t m_taken = 0;
    std::stop_source m_stop;
    std::stop_callback<std::function<void()>> m_passedOn;
    std::vector<std::jthread> m_threads;
};

}  // namespace heapprof
