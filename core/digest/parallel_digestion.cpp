#include "core/digest/parallel_digestion.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace heapprof {

ParallelDigestion::ParallelDigestion(const Capture& capture, std::shared_ptr<const Weights> weights,
                                     std::size_t traceCount, std::size_t firstBucket, const EventPosition& start,
                                     unsigned threads, const std::stop_token& stop)
    : m_capture(capture),
      m_weights(std::move(weights)),
      m_traceCount(traceCount),
      m_ahead(threads),
      m_passedOn(stop, [this] { m_stop.request_stop(); }) {
    plan(firstBucket, start);
    if (m_plans.size() < 2) m_plans.clear();  // nothing to share
    m_slots.resize(m_plans.size());
    for (std::size_t i = 0; i < std::min<std::size_t>(threads, m_plans.size()); ++i)
        m_threads.emplace_back([this] { work(m_stop.get_token()); });
}

ParallelDigestion::~ParallelDigestion() { m_stop.request_stop(); }

/// Positions are written as a reader leaves them: in the chunk of the last event before.
void ParallelDigestion::plan(std::size_t firstBucket, EventPosition start) {
    const std::vector<Capture::Chunk> chunks = m_capture.chunks();
    if (chunks.empty() || !std::ranges::is_sorted(chunks, {}, &Capture::Chunk::events)) return;
    const auto here = std::ranges::lower_bound(chunks, start.offset, {}, &Capture::Chunk::offset);
    if (here == chunks.end()) return;
    const std::uint64_t lost = here->events + start.skip - start.events;  // in damaged chunks before
    for (;;) {
        std::size_t buckets = 0;
        std::uint64_t events = 0;
        do events += bucketLength(firstBucket + buckets++);
        while (!isFullSegment(buckets, events, m_traceCount));
        const std::uint64_t end = start.events + events;
        if (end + lost > chunks.back().events) return;
        m_plans.push_back({firstBucket, start, events});
        const auto next = std::ranges::lower_bound(chunks, end + lost, {}, &Capture::Chunk::events) - 1;
        start = {next->offset, end + lost - next->events, 0, 0, end};
        firstBucket += buckets;
    }
}

std::unique_ptr<ParallelDigestion::Part> ParallelDigestion::next() {
    std::unique_lock lock(m_mutex);
    if (m_taken == m_plans.size()) return nullptr;
    m_changed.wait(lock, m_stop.get_token(), [&] { return m_slots[m_taken].isDone; });
    if (m_stop.stop_requested()) return nullptr;
    m_changed.notify_all();
    return std::move(m_slots[m_taken++].part);
}

void ParallelDigestion::work(const std::stop_token& stop) {
    SegmentBuilder builder(m_weights);
    builder.growTraces(m_traceCount + 1);
    for (std::unique_lock lock(m_mutex);;) {
        if (!m_changed.wait(lock, stop, [&] { return m_begun < std::min(m_plans.size(), m_taken + m_ahead); })) return;
        const std::size_t number = m_begun++;
        lock.unlock();
        std::unique_ptr<Part> part;
        try {
            part = digest(m_plans[number], builder, stop);
        } catch (const std::exception&) {
            part = nullptr;  // the sequential reader will hit the same error and report it
        }
        lock.lock();
        m_slots[number] = {true, std::move(part)};
        m_changed.notify_all();
    }
}

std::unique_ptr<ParallelDigestion::Part> ParallelDigestion::digest(const Plan& plan, SegmentBuilder& builder,
                                                                   const std::stop_token& stop) const {
    const std::unique_ptr<EventReader> reader = m_capture.events();
    EventPosition start;
    if (plan.start.events > 0) {
        reader->seek(plan.start);
        start = reader->position();
    }
    bool areKnown = true;
    const SegmentBuilder::TraceResolver resolve = [&](TraceIndex) {
        areKnown = false;
        return TraceIndex(0);
    };
    builder.begin(plan.firstBucket, start, {});
    while (!builder.isFull() && areKnown && !stop.stop_requested() && builder.read(*reader, resolve) > 0) {
    }
    if (!builder.isFull() || builder.events() != plan.events || !areKnown || !reader->damage().empty()) return nullptr;
    return std::make_unique<Part>(Part{start, builder.buckets(), builder.changes()});
}

}  // namespace heapprof
