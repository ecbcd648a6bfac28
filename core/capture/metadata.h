// What a capture says of itself and of the program it was taken from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/capture/block.h"
#include "core/capture/sampling.h"
#include "core/units.h"

namespace heapprof {

struct ProcessInfo {
    std::uint64_t pid = 0;
    std::uint64_t parentPid = 0;
    std::string executable;
    std::string pythonVersion;
    std::string host;
    std::string workingDirectory;
    std::vector<std::string> arguments;
};

struct Metadata {
    std::uint32_t version = 0;
    Uuid uuid{};                      ///< of version 1: made from the first bytes of both files
    std::int64_t wallStart = 0;       ///< ns since 1970
    Sampling recordedSampling;        ///< as the file claims
    Sampling sampling;                ///< as the analyses use it; differs in a version 1 capture that did not sample
    std::optional<ProcessInfo> process;
    std::optional<Micros> cleanEnd;   ///< when recording ended in an orderly way
    std::vector<std::string> warnings;  ///< for people; each is one sentence or two
};

}  // namespace heapprof
