// Some of the traces of a capture.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heapprof {

class TraceSet {
public:
    /// `isMember[i]` says whether trace i belongs to the set; indices beyond its size do not.
    explicit TraceSet(const std::vector<bool>& isMember) : m_next(isMember.size()) {
        std::uint64_t next = kNone;
        for (std::size_t i = isMember.size(); i-- > 0;) m_next[i] = next = isMember[i] ? i : next;
    }

    /// The first member from `trace` on; kNone: there is none.
    std::uint64_t next(std::uint64_t trace) const { return trace < m_next.size() ? m_next[trace] : kNone; }
    static constexpr std::uint64_t kNone = ~std::uint64_t{0};

private:
    std::vector<std::uint64_t> m_next;  // by trace
};

}  // namespace heapprof
