// Functions of a capture that stand for others, which are not known. FORMAT.md, "Stacks".
#pragma once

#include <string_view>

namespace heapprof {

/// Without a file: frames below its caller, which are not in the capture.
inline constexpr std::string_view kDeeperFrames = "[deeper frames]";
/// Without a first line: some function of the file.
inline constexpr std::string_view kOtherFunctions = "[other functions]";

}  // namespace heapprof
