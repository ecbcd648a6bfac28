#include "core/state/trace_amounts.h"

#include <algorithm>
#include <span>
#include <utility>

namespace heapprof {

TraceAmounts::TraceAmounts(std::size_t traceCount, std::vector<TraceAmount> start)
    : m_amounts(std::move(start)), m_sorted(m_amounts.size()), m_places(traceCount) {
    for (std::uint32_t i = 0; i < m_amounts.size(); ++i) m_places[m_amounts[i].trace.value] = i + 1;
}

std::vector<TraceAmount> TraceAmounts::take() {
    const std::span all(m_amounts), known = all.first(m_sorted), added = all.subspan(m_sorted);
    std::ranges::sort(added, {}, &TraceAmount::trace);
    if (known.empty() || added.empty()) return std::move(m_amounts);
    std::vector<TraceAmount> merged(all.size());
    std::ranges::merge(known, added, merged.begin(), {}, &TraceAmount::trace, &TraceAmount::trace);
    return merged;
}

}  // namespace heapprof
