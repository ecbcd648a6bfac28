// Which captures a recording has left beside its own.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/capture/chunk.h"

namespace heapprof {

struct CapturesLeft {
    /// Of the calling process: its first one, and those since it became another program by exec. Without ".hpm", in the
    /// order of time.
    std::vector<std::string> own;
    std::size_t children = 0;
};

/// What there is of this process, whose first capture has that identity and is `filebase` or would have been, and of
/// those that descend from it, there and beside `fallback`, which is a filebase, too; nothing when there is no memory
/// to look. What an earlier run left there under the same name does not count. Reads the beginning of each file alone:
/// the program is about to end.
CapturesLeft capturesLeft(const std::string& filebase, const std::string& fallback, const Uuid& identity) noexcept;

}  // namespace heapprof
