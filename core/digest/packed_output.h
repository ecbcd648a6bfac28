// Bytes of a digest that are written at their end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/bytes/huge_pages.h"

namespace heapprof::packed {

class Output {
public:
    /// Reserves room for `bytes` bytes, so that until then nothing is moved. Memory is taken only as far as it is used.
    void reserve(std::size_t bytes) { m_bytes.reserve(bytes); }
    std::size_t size() const { return m_size; }
    /// The end, with so much room behind it.
    std::uint8_t* room(std::size_t bytes) {
        if (m_bytes.size() - m_size < bytes)
            m_bytes.resize(m_bytes.size() + std::max(bytes, std::min(m_bytes.size(), kMaxAtOnce)));
        return m_bytes.data() + m_size;
    }
    /// What room() gave is used up to there.
    void endAt(const std::uint8_t* end) { m_size = static_cast<std::size_t>(end - m_bytes.data()); }
    std::span<const std::uint8_t> bytes() const { return {m_bytes.data(), m_size}; }

private:
    static constexpr std::size_t kMaxAtOnce = std::size_t{1} << 20;  // grown by; segments have a few of these

    BigTable<std::uint8_t> m_bytes;
    std::size_t m_size = 0;
};

}  // namespace heapprof::packed
