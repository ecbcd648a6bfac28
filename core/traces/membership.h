// Some of the traces of a capture: for every index whether it is one of them.
#pragma once

#include <vector>

#include "core/units.h"

namespace heapprof {

/// Whether what `trace` allocated counts among `isMember`. A trace beyond its size is the unknown one, 0; the empty set
/// has no members.
inline bool contains(const std::vector<bool>& isMember, TraceIndex trace) {
    return !isMember.empty() && isMember[trace.value < isMember.size() ? trace.value : 0];
}

}  // namespace heapprof
