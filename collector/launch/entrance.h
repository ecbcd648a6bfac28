// What heapprof-enter (attach/) puts into the memory of a process that is to obey a command.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heapprof {

/// A mapping of its own, which the process unmaps.
struct Entrance {
    enum State : std::uint32_t {
        Waiting = 0,
        Taken = 1,      ///< by the process: it obeys
        Answered = 2,   ///< by the process
        Read = 3,       ///< by the other side: nobody needs it any more
        Cancelled = 4,  ///< by the other side: it is not to be obeyed
    };
    static constexpr std::size_t kLongestCommand = 16384, kLongestCode = 8192, kLongestAnswer = 4096;
    static constexpr std::size_t kLongestPath = 4096;

    std::uint32_t state;
    char collector[kLongestPath];   ///< the path of the collector's library, for the loader
    char code[kLongestCode];        ///< Python that prepares the collector; empty: it is prepared
    char command[kLongestCommand];  ///< see command.h
    char answer[kLongestAnswer];    ///< with a null behind it, as all of these
};

/// Has a thread of our own obey as soon as it has the GIL, and returns at once. Allocates; needs nothing of Python from
/// the calling thread. Returns 0 or an errno. The library that is loaded exports it as heapprof_enter.
int enter(Entrance* entrance) noexcept;

}  // namespace heapprof
