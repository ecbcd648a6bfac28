#include "collector/cpython/line_table.h"

namespace heapprof {
namespace {

constexpr std::size_t kInstructionBytes = 2;

std::uint32_t known(long line) { return line < 0 ? 0 : static_cast<std::uint32_t>(line); }

std::uint32_t lineByIncrements(std::span<const std::uint8_t> table, long line, std::size_t instruction) {
    std::size_t start = 0;
    for (std::size_t i = 0; i + 1 < table.size(); i += 2) {
        start += table[i];
        if (start > instruction * kInstructionBytes) break;
        line += static_cast<std::int8_t>(table[i + 1]);
    }
    return known(line);
}

std::uint32_t lineByRanges(std::span<const std::uint8_t> table, long line, std::size_t instruction) {
    constexpr std::int8_t kNoLine = -128;
    std::size_t end = 0;
    for (std::size_t i = 0; i + 1 < table.size(); i += 2) {
        const auto change = static_cast<std::int8_t>(table[i + 1]);
        end += table[i];
        if (change != kNoLine) line += change;
        if (instruction * kInstructionBytes < end) return change == kNoLine ? 0 : known(line);
    }
    return 0;
}

std::uint32_t lineByLocations(std::span<const std::uint8_t> table, long line, std::size_t instruction) {
    const std::uint8_t* next = table.data();
    const std::uint8_t* const end = next + table.size();
    const auto varint = [&next, end] {
        unsigned long value = 0;
        for (unsigned shift = 0; next != end; shift += 6) {
            const std::uint8_t group = *next++;
            value |= static_cast<unsigned long>(group & 0x3f) << shift;
            if (!(group & 0x40)) break;
        }
        return value;
    };
    for (std::size_t position = 0; next != end;) {
        const unsigned head = *next++;
        const unsigned kind = head >> 3 & 15;
        position += (head & 7) + 1;
        if (kind == 13 || kind == 14) {
            const unsigned long delta = varint();
            line += delta & 1 ? -static_cast<long>(delta >> 1) : static_cast<long>(delta >> 1);
        } else if (kind >= 10 && kind <= 12) {
            line += kind - 10;
        }
        if (instruction < position) return kind == 15 ? 0 : known(line);
        while (next != end && !(*next & 0x80)) ++next;  // columns
    }
    return 0;
}

}  // namespace

std::uint32_t lineAt(LineEncoding encoding, std::span<const std::uint8_t> table, int firstLine,
                     std::size_t instruction) {
    switch (encoding) {
        case LineEncoding::Increments:
            return lineByIncrements(table, firstLine, instruction);
        case LineEncoding::Ranges:
            return lineByRanges(table, firstLine, instruction);
        case LineEncoding::Locations:
            return lineByLocations(table, firstLine, instruction);
    }
    return 0;
}

}  // namespace heapprof
