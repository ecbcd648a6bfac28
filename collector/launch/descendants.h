// How many captures of child processes a recording has left beside its own.
#pragma once

#include <cstddef>
#include <string>

#include "core/capture/chunk.h"

namespace heapprof {

/// Captures of processes that descend from the one with that identity, which records to `filebase` or might have, there
/// and beside `fallback`, which is a filebase, too; 0 when they cannot be counted. What an earlier run left there under
/// the same name does not count. Reads the beginning of each file alone: the program is about to end.
std::size_t countDescendants(const std::string& filebase, const std::string& fallback, const Uuid& identity) noexcept;

}  // namespace heapprof
