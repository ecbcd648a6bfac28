// Reads events straight into what becomes of them: the fastest way through a log.
#pragma once

#include "core/capture/events_v1.h"
#include "core/capture/events_v2_reader.h"

namespace heapprof {

/// Like reader.read(), but calls visit(event) for each of at most `most` events instead of filling a buffer; returns
/// how many. `visit` is compiled into the decoder's loop: keep it short. A function object that can be assigned (no
/// lambda can) is copied into that loop and back, so that what it sums up stays in registers.
template <typename Visit>
std::size_t visitEvents(EventReader& reader, std::size_t most, Visit&& visit) {
    if (auto* v1 = dynamic_cast<EventsV1Reader*>(&reader)) return v1->visit(most, visit);
    return dynamic_cast<EventsV2Reader&>(reader).visit(most, visit);
}

}  // namespace heapprof
