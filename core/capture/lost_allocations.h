// The allocations of a log of version 2 that its reader could not deliver, as damage took them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace heapprof {

/// A free in the log says how many allocations were recorded since the one it ends; who follows the events counts those
/// that came. This tells one from the other.
class LostAllocations {
public:
    bool empty() const { return m_gaps.empty(); }
    void clear() { m_gaps.clear(); }

    /// Those from ordinal `first` to `end` - 1 are lost. Gaps that are not behind each other, as no writer makes them,
    /// are left out.
    void add(std::uint64_t first, std::uint64_t end) {
        if (first >= end || (!m_gaps.empty() && first < m_gaps.back().end)) return;
        m_gaps.push_back({first, end, lost()});
    }

    /// How many allocations came since the one that a free with `distance` ends, where that of ordinal `next` will be
    /// the next; when that one did not come, more than any number that did.
    std::uint64_t distanceOfDelivered(std::uint64_t distance, std::uint64_t next) const {
        if (distance >= next) return distance;
        const std::uint64_t ordinal = next - 1 - distance;
        const auto gap = std::ranges::upper_bound(m_gaps, ordinal, {}, &Gap::end);
        if (gap == m_gaps.end()) return distance;
        return ordinal < gap->first ? distance - (lost() - gap->lostBefore) : std::numeric_limits<std::int64_t>::max();
    }

private:
    struct Gap {
        std::uint64_t first, end;
        std::uint64_t lostBefore;
    };
    std::uint64_t lost() const {
        return m_gaps.empty() ? 0 : m_gaps.back().lostBefore + (m_gaps.back().end - m_gaps.back().first);
    }

    std::vector<Gap> m_gaps;
};

}  // namespace heapprof
