// The tables by which CPython finds the line of an instruction, one encoding for each family of versions. We do not use
// the interpreter's own functions: they may read line numbers that a debugger in another thread is writing, and some
// allocate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace heapprof {

enum class LineEncoding {
    Increments,  ///< 3.7 to 3.9, co_lnotab: Objects/lnotab_notes.txt of CPython 3.9
    Ranges,      ///< 3.10, co_linetable: Objects/lnotab_notes.txt of CPython 3.10
    Locations,   ///< from 3.11, co_linetable: Objects/locations.md of CPython 3.11, InternalDocs/code_objects.md later
};

/// The line of the instruction with this number; 0 when it has none. Instructions are two bytes, counted from 0.
std::uint32_t lineAt(LineEncoding encoding, std::span<const std::uint8_t> table, int firstLine,
                     std::size_t instruction);

}  // namespace heapprof
