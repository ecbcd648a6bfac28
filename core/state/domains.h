// Which traces are of some domains, and how domains share a snapshot.
#pragma once

#include <array>

#include "core/capture/domain_set.h"
#include "core/recording/recording.h"
#include "core/state/snapshot.h"
#include "core/traces/trace_set.h"

namespace heapprof {

/// What was allocated in one of `domains`: every trace there is, and will be, when the capture records no other.
TraceSet tracesOf(const Recording& recording, DomainSet domains);

/// Parallel to kDomains.
using DomainUsages = std::array<Estimate, kDomains.size()>;
/// They add up to the snapshot's total.
DomainUsages usageByDomain(const Snapshot& snapshot, const TraceTable& traces);

}  // namespace heapprof
