#include "core/state/domains.h"

namespace heapprof {

TraceSet tracesOf(const Recording& recording, DomainSet domains) {
    if (domains.includes(recording.metadata().domains)) return {};
    return TraceSet::ofDomains(recording.traces(), domains);
}

DomainUsages usageByDomain(const Snapshot& snapshot, const TraceTable& traces) {
    DomainUsages usages;
    for (const TraceEstimate& entry : snapshot.traces)
        usages[static_cast<std::size_t>(traces.trace(entry.trace).domain)] += entry.usage;
    return usages;
}

}  // namespace heapprof
