// Some of the traces of a capture.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace heapprof {

class TraceSet {
public:
    /// `isMember[i]` says whether trace i belongs to the set; indices beyond its size do not.
    explicit TraceSet(const std::vector<bool>& isMember) : m_below(isMember.size() + 1) {
        for (std::size_t i = 0; i < isMember.size(); ++i) m_below[i + 1] = m_below[i] + isMember[i];
    }

    std::size_t size() const { return m_below.back(); }
    bool has(std::uint64_t trace) const { return trace < m_below.size() - 1 && m_below[trace + 1] != m_below[trace]; }
    /// Whether any of the traces `begin` to `end` - 1 belongs to it.
    bool hasAny(std::uint64_t begin, std::uint64_t end) const { return below(begin) != below(end); }

private:
    std::uint32_t below(std::uint64_t trace) const {
        return m_below[static_cast<std::size_t>(std::min<std::uint64_t>(trace, m_below.size() - 1))];
    }

    std::vector<std::uint32_t> m_below;  // how many members there are below trace i
};

}  // namespace heapprof
