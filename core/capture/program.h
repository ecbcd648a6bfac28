// Which program a process ran, as people would say it.
#pragma once

#include <string>
#include <vector>

#include "core/capture/capture.h"

namespace heapprof {

struct Program {
    enum class Role {
        Own,              ///< what `words` say
        Forkserver,       ///< of Python's multiprocessing, as the two below
        Worker,           ///< that a forkserver made, or that was spawned
        ResourceTracker,  ///< also what was called semaphore tracker
    };

    Role role = Role::Own;
    /// Of Own, as one would type them, without the folder of the program and the interpreter's options: "report.py",
    /// "--days", "30", or "python", "-m", "pytest", "-q". As the capture has them, so not always valid UTF-8. Empty:
    /// not known.
    std::vector<std::string> words;
    /// Of the others: the file of the program they belong to, without its folder; empty where the capture does not
    /// tell.
    std::string of;
};

/// Of this capture alone. Goes by the arguments; what a forkserver and its workers have in common is told apart by
/// their stacks.
Program programOf(const CaptureInfo& info);

}  // namespace heapprof
