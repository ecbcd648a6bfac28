#include "core/digest/change_log.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/bytes/varint.h"

namespace heapprof {

void ChangeLog::clear() {
    std::fill(m_chains.begin(), m_chains.end(), Chain{});
    m_chunks.resize(1);
    m_traces = 0;
    m_bytes = 0;
}

void ChangeLog::add(const TraceChange& change) {
    std::uint8_t record[1 + 5 * kMaxVarintLength];
    const auto freed = wrappingSubtract(change.allocated, change.delta.bytes);
    record[0] = static_cast<std::uint8_t>(change.row);
    std::uint8_t* end = writeUnforeseenVarint(record + 1, static_cast<std::uint64_t>(change.allocated));
    end = writeUnforeseenVarint(end, static_cast<std::uint64_t>(freed));
    end = writeVarint(end, zigzag(change.delta.blocks));
    if (m_hasVariances) {
        end = writeVarint(end, zigzag(change.delta.bytesVariance));
        end = writeVarint(end, zigzag(change.delta.blocksVariance));
    }
    if (change.trace.value >= m_chains.size())
        m_chains.resize(std::max<std::size_t>(change.trace.value + std::size_t{1}, 2 * m_chains.size()));
    Chain& chain = m_chains[change.trace.value];
    m_traces += chain.changes++ == 0;
    append(chain, record, static_cast<std::size_t>(end - record));
}

void ChangeLog::append(Chain& chain, const std::uint8_t* bytes, std::size_t length) {
    m_bytes += length;
    while (length > 0) {
        const std::size_t used = chain.length % kPayload;
        if (used == 0) {
            const auto chunk = static_cast<std::uint32_t>(m_chunks.size());
            m_chunks.emplace_back();
            if (chain.length == 0)
                chain.first = chunk;
            else
                m_chunks[chain.last].next = chunk;
            chain.last = chunk;
        }
        const std::size_t fits = std::min(length, kPayload - used);
        std::memcpy(m_chunks[chain.last].bytes + used, bytes, fits);
        chain.length += static_cast<std::uint32_t>(fits);
        bytes += fits;
        length -= fits;
    }
}

void ChangeLog::appendTo(std::vector<std::uint8_t>& segment) const {
    const std::size_t start = segment.size();
    segment.resize(start + m_bytes + (3 * m_traces + 2) * kMaxVarintLength);
    std::uint8_t* out = segment.data() + start;
    out = writeVarint(out, m_traces);
    *out++ = m_hasVariances;
    std::size_t before = 0;
    for (std::size_t trace = 0; trace < m_chains.size(); ++trace) {
        const Chain& chain = m_chains[trace];
        if (chain.changes == 0) continue;
        out = writeVarint(out, trace - std::exchange(before, trace));
        out = writeVarint(out, chain.changes);
        out = writeVarint(out, chain.length);
        std::size_t left = chain.length;
        for (std::uint32_t chunk = chain.first; left > 0; chunk = m_chunks[chunk].next) {
            const std::size_t count = std::min(left, kPayload);
            std::memcpy(out, m_chunks[chunk].bytes, count);
            out += count;
            left -= count;
        }
    }
    segment.resize(static_cast<std::size_t>(out - segment.data()));
}

}  // namespace heapprof
