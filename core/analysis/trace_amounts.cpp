#include "core/analysis/trace_amounts.h"

#include <algorithm>
#include <utility>

namespace heapprof {

TraceAmounts::TraceAmounts(std::size_t traceCount, std::vector<TraceAmount> start)
    : m_amounts(std::move(start)), m_sorted(m_amounts.size()), m_places(traceCount) {
    for (std::uint32_t i = 0; i < m_amounts.size(); ++i) m_places[m_amounts[i].trace.value] = i + 1;
}

std::vector<TraceAmount> TraceAmounts::take() {
    const auto middle = m_amounts.begin() + static_cast<std::ptrdiff_t>(m_sorted);
    std::ranges::sort(middle, m_amounts.end(), {}, &TraceAmount::trace);
    std::ranges::inplace_merge(m_amounts, middle, {}, &TraceAmount::trace);
    return std::move(m_amounts);
}

}  // namespace heapprof
