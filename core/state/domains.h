// What belongs to a set of domains: which traces, which part of a snapshot, and how domains share one.
#pragma once

#include <array>
#include <vector>

#include "core/capture/domain_set.h"
#include "core/state/peak.h"
#include "core/state/snapshot.h"

namespace heapprof {

/// Whether trace i comes from one of `domains`, for every trace of the table; trace 0, the unknown one, is Python's.
std::vector<bool> tracesOf(const TraceTable& traces, DomainSet domains);

/// What a snapshot, or a difference of two, holds of `domains`.
Snapshot restrictedTo(DomainSet domains, const Snapshot& snapshot, const TraceTable& traces);

/// The peak of what `domains` hold together. Reads every event, unless these are all that the capture recorded.
Peak peakOf(const Digest& digest, const Capture& capture, const CaptureInfo& info, DomainSet domains,
            std::stop_token stop = {});

/// Parallel to kDomains.
using DomainUsages = std::array<Usage, kDomains.size()>;
/// They add up to the snapshot's total.
DomainUsages usageByDomain(const Snapshot& snapshot, const TraceTable& traces);

}  // namespace heapprof
