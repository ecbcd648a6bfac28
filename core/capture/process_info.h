// What a capture says of the program it was taken from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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

}  // namespace heapprof
