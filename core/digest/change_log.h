// The changes of the segment being filled, encoded as they come: each trace's in a chain of chunks of its own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/digest/trace_value.h"

namespace heapprof {

/// Changes arrive row by row and are wanted trace by trace. A sort would move every one of them twice through the
/// caches; chains of bytes move a fifth of that once.
class ChangeLog {
public:
    explicit ChangeLog(bool hasVariances) : m_hasVariances(hasVariances) { clear(); }

    /// The rows of one trace ascend.
    void add(const TraceChange& change);
    /// Appends what FORMAT.md calls "Changes".
    void appendTo(std::vector<std::uint8_t>& segment) const;
    void clear();

private:
    static constexpr std::size_t kPayload = 60;
    struct Chunk {
        std::uint32_t next;
        std::uint8_t bytes[kPayload];
    };
    struct Chain {
        std::uint32_t first = 0, last = 0;  // chunks; 0: none
        std::uint32_t length = 0;           // bytes
        std::uint32_t changes = 0;
    };
    void append(Chain& chain, const std::uint8_t* bytes, std::size_t length);

    bool m_hasVariances;
    std::vector<Chain> m_chains;  // indexed by trace
    std::vector<Chunk> m_chunks;  // number 0 is nobody's
    std::size_t m_traces = 0;     // with changes
    std::size_t m_bytes = 0;      // of all chains
};

}  // namespace heapprof
