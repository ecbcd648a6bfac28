// How domains share a snapshot.
#pragma once

#include <array>

#include "core/capture/domain_set.h"
#include "core/state/snapshot.h"

namespace heapprof {

/// Parallel to kDomains.
using DomainUsages = std::array<Estimate, kDomains.size()>;
/// They add up to the snapshot's total.
DomainUsages usageByDomain(const Snapshot& snapshot, const TraceTable& traces);

}  // namespace heapprof
