#include "core/blocks/allocation_times.h"

#include <algorithm>
#include <iterator>

namespace heapprof {

void AllocationTimes::add(std::uint64_t ordinal, Micros time) {
    if (m_entries.empty() || m_entries.back().time != time) {
        if (m_entries.size() >= m_limit) dropTheDead();
        m_entries.push_back({ordinal, time, 0});
    }
    ++m_entries.back().live;
}

Micros AllocationTimes::remove(std::uint64_t ordinal) {
    Entry& entry = entryOf(ordinal);
    if (entry.live > 0) --entry.live;
    return entry.time;
}

/// Most blocks die young: looked for from the end, in strides that double.
AllocationTimes::Entry& AllocationTimes::entryOf(std::uint64_t ordinal) {
    std::size_t stride = 1;
    while (stride < m_entries.size() && m_entries[m_entries.size() - stride].first > ordinal) stride *= 2;
    const auto last = m_entries.end() - static_cast<std::ptrdiff_t>(stride / 2);
    const auto first =
        stride < m_entries.size() ? m_entries.end() - static_cast<std::ptrdiff_t>(stride) : m_entries.begin();
    const auto after =
        std::upper_bound(first, last, ordinal, [](std::uint64_t o, const Entry& e) { return o < e.first; });
    return after == m_entries.begin() ? *after : *std::prev(after);
}

void AllocationTimes::dropTheDead() {
    std::erase_if(m_entries, [](const Entry& entry) { return entry.live == 0; });
    m_limit = std::max(m_limit, 2 * m_entries.size());
}

}  // namespace heapprof
