// What a capture says of the program it was taken from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/capture/chunk.h"
#include "core/units.h"

namespace heapprof {

/// Texts are UTF-8.
struct ProcessInfo {
    std::uint64_t pid = 0;
    std::uint64_t parentPid = 0;
    std::string executable;
    std::string pythonVersion;
    std::string host;
    std::string workingDirectory;
    std::vector<std::string> arguments;
};

/// Of a process that descends from a recorded one: the nearest ancestor known to have a capture.
struct Ancestor {
    Uuid uuid{};            ///< of its capture
    std::uint64_t pid = 0;  ///< of the process
};

/// Of a capture that goes on where another one ended.
struct Continued {
    Uuid uuid{};    ///< of the first of the chain
    Micros before;  ///< so long before this one it began
};

}  // namespace heapprof
