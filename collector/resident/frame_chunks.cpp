#include "collector/resident/frame_chunks.h"

#include <algorithm>

#include "collector/memory/own_memory.h"

namespace heapprof {

void FrameChunks::add(std::uintptr_t begin, std::size_t bytes) noexcept {
    remove(begin);
    if (!m_chunks.reserve(m_count + 1) || !m_index.insert({begin}, m_count)) return;
    m_chunks[m_count++] = {begin, bytes};
    m_bytes += bytes;
}

void FrameChunks::remove(std::uintptr_t begin) noexcept {
    const std::size_t* const found = m_index.find({begin});
    if (!found) return;
    const std::size_t at = *found;
    m_index.erase({begin});
    m_bytes -= m_chunks[at].bytes;
    const Chunk last = m_chunks[--m_count];
    if (at == m_count) return;
    m_chunks[at] = last;
    *m_index.find({last.begin}) = at;
}

std::uint64_t FrameChunks::count() noexcept {
    constexpr std::size_t kMaxLooks = 512;
    const std::size_t stride = std::max<std::size_t>((m_count + kMaxLooks - 1) / kMaxLooks, 1);
    std::uint64_t looked = 0, inRam = 0;
    for (std::size_t i = m_turn++ % stride; i < m_count; i += stride) {
        looked += m_chunks[i].bytes;
        inRam += own_memory::residentBytes(reinterpret_cast<const void*>(m_chunks[i].begin), m_chunks[i].bytes);
    }
    if (looked == m_bytes) return inRam;
    return static_cast<std::uint64_t>(static_cast<double>(m_bytes) * static_cast<double>(inRam) /
                                      static_cast<double>(std::max<std::uint64_t>(looked, 1)));
}

}  // namespace heapprof
