// What resident memory consists of at an instant.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

#include "core/recording/recording.h"
#include "core/state/timeline.h"

namespace heapprof {

/// In the order in which they are shown.
enum class CompositionKind : std::uint8_t {
    Python,       ///< live blocks of Python's allocators: what snapshotAt() has of them
    Native,       ///< live blocks of the C allocator, where it is recorded
    Mapped,       ///< mappings in RAM, where they are recorded
    Before,       ///< in use in the allocators when the recording began, and of that what still may be
    NotRecorded,  ///< in use in the allocators besides: C code that is not recorded, and what allocators add to blocks
    PoolsFree,    ///< free in pools of Python's small-object allocator
    MallocFree,   ///< free in the C allocator, as far as memory is left for it: it may be in RAM or not
    FreedSince,   ///< freed after that was measured, and kept by the allocators
    Stacks,       ///< of threads, and Python's frames, which lie elsewhere
    Data,         ///< of programs and libraries: private copies of pages of their files
    Files,        ///< their code, and other pages of files
    Shared,       ///< shared memory
    Profiler,     ///< the profiler's own, its part of the capture's files included
    NotInRam,     ///< negative: counted above and not in RAM, as it was never touched, or estimated too high
    Unexplained,  ///< anonymous memory that is none of these
};
/// "python", "native", "mapped", "before", "not recorded", "pymalloc free", "malloc free", "freed since", "stacks",
/// "data", "files", "shared", "heapprof", "not in RAM", "unexplained": as the Python package and files call them.
std::string_view nameOf(CompositionKind kind);

struct Composition {
    struct Part {
        CompositionKind kind{};
        std::int64_t bytes = 0;
        double error = 0;  ///< one standard error, of what is recorded
        bool operator==(const Part&) const = default;
    };
    Instant instant;            ///< that was asked for
    Micros readAt;              ///< when resident memory was read
    Micros measuredAt;          ///< when it was last measured what allocators hold, what is data, and the like
    std::int64_t resident = 0;  ///< of the process, the profiler included
    ResidentAccount account;    ///< of which that consists
    std::vector<Part> parts;    ///< ascending; those that are not known are left out

    /// Nothing when that part is not known.
    std::int64_t bytesOf(CompositionKind kind) const;
    bool operator==(const Composition&) const = default;
};

/// The parts add up to `resident`. Live memory is exactly that of `instant`; the rest is as it was when it was last
/// read before it (or first after it): what allocators have in use without its being recorded, is taken to have stayed
/// the same since then; what has been allocated since, as far as memory does not suffice, to have been free, as what is
/// free in the C allocator may not be in RAM; what has been freed since, as far as there is memory left, to be free.
/// What then remains of anonymous memory is Unexplained, or when more was counted than there is, NotInRam. `timeline`
/// is timelineOf() the recording's capture.
///
/// Unset where that was not recorded, as by versions before this one. Takes three times as long as snapshotAt().
std::optional<Composition> compositionAt(const Recording& recording, const Timeline& timeline, Instant instant,
                                         std::stop_token stop = {});

}  // namespace heapprof
