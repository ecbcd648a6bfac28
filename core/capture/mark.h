// What an event log says besides allocations and frees.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/capture/memory_part.h"
#include "core/units.h"

namespace heapprof {

enum class MarkKind : std::uint8_t {
    Instant,       ///< text: what the program said; value: the thread that said it
    PhaseBegins,   ///< text: its name; value: the thread
    PhaseEnds,     ///< the same
    Pauses,        ///< from here on no allocations are recorded; value: the thread that asked for it
    Resumes,       ///< from here on they are again
    Switches,      ///< from here on by another sampling rule; text: the rule, for people; value: the thread
    Resident,      ///< value: resident set size without the profiler's own memory, bytes
    Collection,    ///< a garbage collection ended; text: the generation; value: how long it took, microseconds
    ThreadStart,   ///< first event of a thread; text: its name; value: its native id
    Lost,          ///< events were lost from here on; value: how many
    Reserved,      ///< value: bytes of all mappings that count, in RAM or not
    ResidentPeak,  ///< value: the greatest resident set size so far, the profiler's own memory included, bytes
    MemoryPart,    ///< value: bytes of `part` in the process
};

struct Mark {
    Micros time;
    MarkKind kind = MarkKind::Instant;
    std::string text;
    std::uint64_t value = 0;
    std::uint64_t ofProfiler = 0;          ///< of Resident: bytes that the profiler had besides
    std::optional<ResidentKinds> kinds{};  ///< of Resident, the profiler's own included; unset: not recorded
    MemoryPart part{};                     ///< of MemoryPart

    bool operator==(const Mark&) const = default;
};

}  // namespace heapprof
