#include "core/state/thread_lives.h"

#include <algorithm>

#include "core/recording/event_walk.h"

namespace heapprof {

std::vector<ThreadLife> threadLives(const Recording& recording, std::stop_token stop) {
    const TraceTable& traces = recording.traces();
    std::vector<ThreadIndex> threadOf(traces.traceCount() + 1);
    for (std::uint32_t trace = 0; trace < threadOf.size(); ++trace)
        threadOf[trace] = traces.trace(TraceIndex(trace)).thread;
    std::vector<ThreadLife> lives(std::max<std::size_t>(1, traces.threadCount()));
    std::uint64_t number = 0;
    visitBuckets(recording, 0, recording.digest().buckets().size(), stop, [&](const Event& event) {
        const std::uint64_t own = number++;
        if (event.kind != EventKind::Allocation) return true;
        const ThreadIndex thread = threadOf[event.trace.value < threadOf.size() ? event.trace.value : 0];
        ThreadLife& life = lives[thread.value < lives.size() ? thread.value : 0];
        if (life.allocations++ == 0) life.begin = Instant(event.time, own);
        life.end = Instant(event.time, own + 1);
        return true;
    });
    for (std::uint32_t thread = 0; thread < lives.size(); ++thread) lives[thread].thread = ThreadIndex(thread);
    std::erase_if(lives, [](const ThreadLife& life) { return life.allocations == 0; });
    std::ranges::sort(lives, {}, [](const ThreadLife& life) { return std::pair(life.begin, life.thread.value); });
    return lives;
}

}  // namespace heapprof
