// Whose memory counts, and what it is counted in: what every question is asked about.
#pragma once

#include <vector>

#include "core/capture/domain_set.h"
#include "core/measure.h"
#include "core/recording/recording.h"
#include "core/state/domains.h"
#include "gui/state/trace_filter.h"
#include "gui/state/view_state.h"

namespace heapprof::gui {

struct Counted {
    DomainSet domains = DomainSet::all();
    std::vector<TraceFilter> filters;
    Measure measure = Measure::ByteCount;

    /// As the view state has it.
    static Counted of(const ViewState& state) { return {state.domains, state.filters, state.measure}; }

    bool operator==(const Counted&) const = default;
    bool isEverythingOf(const Recording& recording) const {
        return filters.empty() && domains.includes(recording.metadata().domains);
    }
    TraceSet traces(const Recording& recording) const {
        return tracesOf(recording, domains) & tracesOf(recording.traces(), filters);
    }
};

}  // namespace heapprof::gui
