#include "collector/session.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "collector/sampler.h"

namespace heapprof {

[[gnu::noinline, gnu::cold]] void Session::introduceThread() {
    t_state.thread = ++threads;
    const auto nativeId = static_cast<std::uint64_t>(syscall(SYS_gettid));
    char name[17] = "MainThread";
    if (nativeId != static_cast<std::uint64_t>(getpid())) {
        prctl(PR_GET_NAME, name);
        unnamed.add({pthread_self(), nativeId, ThreadIndex(t_state.thread), events.time()});
    }
    metadata.thread(ThreadIndex(t_state.thread), nativeId, name, events.time());
}

void Session::addMapping(RecordedBlock mapping, bool record) {
    mapping.ordinal = record ? events.allocation(mapping.trace, mapping.size) : kNotRecorded;
    if (events.lost() > 0 || ranges.insert(mapping) || !record) return;
    events.free(mapping.ordinal, mapping.trace, mapping.size);
    events.lose();
}

void Session::keepPart(const RecordedBlock& whole, std::uintptr_t begin, std::uintptr_t end, const Sampling& sampling) {
    if (begin >= end || isBroken()) return;
    const std::uint64_t size = end - begin;
    const bool record = whole.ordinal != kNotRecorded &&
                        sampler::happens(t_state, sampling.probability(size) / sampling.probability(whole.size));
    addMapping({begin, size, 0, whole.trace}, record);
}

std::size_t Session::endMappings(void* address, std::size_t size, const Sampling& sampling, RecordedBlock& last) {
    const AddressRange gone = MappedRanges::rangeOf(address, size);
    std::size_t met = 0;
    for (; ranges.takeOverlapping(gone, last); ++met) {
        if (last.ordinal != kNotRecorded) events.free(last.ordinal, last.trace, last.size);
        keepPart(last, last.address, gone.begin, sampling);
        keepPart(last, gone.end, last.address + last.size, sampling);
    }
    return met;
}

}  // namespace heapprof
