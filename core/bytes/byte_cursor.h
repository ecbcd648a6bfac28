// Reads numbers and text from a region of bytes nobody has vouched for.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "core/bytes/varint.h"

namespace heapprof {

/// A cursor that never passes its end. A read that does not fit returns zero or nothing, leaves the position where it
/// was and makes ok() false for good, so that a caller may read a whole record and ask once.
class ByteCursor {
public:
    explicit ByteCursor(std::span<const std::uint8_t> bytes)
        : m_begin(bytes.data()), m_position(bytes.data()), m_end(bytes.data() + bytes.size()) {}

    bool ok() const { return m_ok; }
    bool atEnd() const { return m_position == m_end; }
    std::size_t remaining() const { return static_cast<std::size_t>(m_end - m_position); }
    std::size_t offset() const { return static_cast<std::size_t>(m_position - m_begin); }

    std::uint8_t u8() { return fixed<std::uint8_t>(); }
    std::uint16_t u16() { return fixed<std::uint16_t>(); }
    std::uint32_t u32() { return fixed<std::uint32_t>(); }
    std::uint64_t u64() { return fixed<std::uint64_t>(); }
    double f64() { return fixed<double>(); }
    std::uint32_t bigEndianU32() { return __builtin_bswap32(u32()); }
    std::uint64_t bigEndianU64() { return __builtin_bswap64(u64()); }

    std::uint64_t varint() {
        std::uint64_t value = 0;
        const std::uint8_t* next = m_ok ? readVarint(m_position, m_end, value) : nullptr;
        if (!next) return fail();
        m_position = next;
        return value;
    }

    /// A varint that must not exceed `limit`.
    std::uint64_t varintUpTo(std::uint64_t limit) {
        const std::uint8_t* before = m_position;
        const std::uint64_t value = varint();
        if (value <= limit) return value;
        m_position = before;
        return fail();
    }

    std::span<const std::uint8_t> bytes(std::uint64_t length) {
        if (!m_ok || length > remaining()) {
            m_ok = false;
            return {};
        }
        const std::uint8_t* start = m_position;
        m_position += length;
        return {start, static_cast<std::size_t>(length)};
    }

    /// A varint length, then as many bytes; valid while the bytes under the cursor are.
    std::string_view text() {
        const auto raw = bytes(varint());
        return {reinterpret_cast<const char*>(raw.data()), raw.size()};
    }

private:
    template <typename T>
    T fixed() {
        T value{};
        if (!m_ok || sizeof(T) > remaining()) {
            m_ok = false;
            return value;
        }
        std::memcpy(&value, m_position, sizeof(T));
        m_position += sizeof(T);
        return value;
    }
    std::uint64_t fail() {
        m_ok = false;
        return 0;
    }

    const std::uint8_t* m_begin;
    const std::uint8_t* m_position;
    const std::uint8_t* m_end;
    bool m_ok = true;
};

}  // namespace heapprof
