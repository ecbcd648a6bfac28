#include "collector/elf/page_protections.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>

#include "collector/system/own_proc.h"

namespace heapprof {
namespace {

int hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Parses lines "begin-end rwxp ..." character by character.
struct LineParser {
    enum class Part { Begin, End, Protection, Rest };

    AddressRange range;
    bool readable = false;
    bool writable = false;
    Part part = Part::Begin;
    int letters = 0;

    /// True when the protection of a range is complete.
    bool take(char c) {
        if (c == '\n') {
            *this = {};
            return false;
        }
        switch (part) {
            case Part::Begin:
            case Part::End: {
                std::uintptr_t& value = part == Part::Begin ? range.begin : range.end;
                if (const int digit = hexDigit(c); digit >= 0)
                    value = value << 4 | static_cast<unsigned>(digit);
                else
                    part = part == Part::Begin ? Part::End : Part::Protection;
                return false;
            }
            case Part::Protection:
                readable |= c == 'r';
                writable |= c == 'w';
                if (++letters < 2) return false;
                part = Part::Rest;
                return true;
            case Part::Rest:
                break;
        }
        return false;
    }
};

}  // namespace

void PageProtections::read() noexcept {
    m_count = 0;
    m_wasRead = true;
    const int file = own_proc::open("maps");
    if (file < 0) return;
    LineParser parser;
    char piece[4096];
    for (;;) {
        const ssize_t length = ::read(file, piece, sizeof piece);
        if (length < 0 && errno == EINTR) continue;
        if (length <= 0) break;
        for (const char c : std::span(piece, static_cast<std::size_t>(length))) {
            if (!parser.take(c) || !parser.readable || parser.writable) continue;
            if (m_count > 0 && m_readOnly[m_count - 1].end == parser.range.begin) {
                m_readOnly[m_count - 1].end = parser.range.end;
            } else if (m_readOnly.reserve(m_count + 1)) {
                m_readOnly[m_count++] = parser.range;
            }
        }
    }
    close(file);
}

bool PageProtections::isReadOnly(const AddressRange& range) const {
    const AddressRange* const end = m_readOnly.data() + m_count;
    const AddressRange* const after =
        std::upper_bound(m_readOnly.data(), end, range.begin,
                         [](std::uintptr_t address, const AddressRange& known) { return address < known.begin; });
    return after != m_readOnly.data() && after[-1].begin <= range.begin && range.end <= after[-1].end;
}

}  // namespace heapprof
