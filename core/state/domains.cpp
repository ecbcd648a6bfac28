#include "core/state/domains.h"

namespace heapprof {

std::vector<bool> tracesOf(const TraceTable& traces, DomainSet domains) {
    std::vector<bool> isMember(traces.traceCount() + 1);
    for (std::uint32_t i = 0; i < isMember.size(); ++i) isMember[i] = domains.has(traces.trace(TraceIndex(i)).domain);
    return isMember;
}

Snapshot restrictedTo(DomainSet domains, const Snapshot& snapshot, const TraceTable& traces) {
    Snapshot result;
    result.time = snapshot.time;
    for (const TraceUsage& entry : snapshot.traces) {
        if (!domains.has(traces.trace(entry.trace).domain)) continue;
        result.traces.push_back(entry);
        result.total += entry.usage;
    }
    return result;
}

Peak peakOf(const Digest& digest, const Capture& capture, const CaptureInfo& info, DomainSet domains,
            std::stop_token stop) {
    if (domains.includes(info.metadata.domains)) return peakOf(digest, capture, stop);
    return peakOf(digest, capture, rowsOf(digest, capture, tracesOf(*info.traces, domains), {}, stop), stop);
}

DomainUsages usageByDomain(const Snapshot& snapshot, const TraceTable& traces) {
    DomainUsages usages;
    for (const TraceUsage& entry : snapshot.traces)
        usages[static_cast<std::size_t>(traces.trace(entry.trace).domain)] += entry.usage;
    return usages;
}

}  // namespace heapprof
