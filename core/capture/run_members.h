// Which captures of a folder are those of one run: of a program and of the processes that descend from it.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "core/capture/metadata.h"

namespace heapprof {

/// The filebases of the other captures that may be of the same run as that of `filebase`, by their names alone:
/// FILEBASE, FILEBASE.PID and FILEBASE.PID-N, first in its folder, then `elsewhere`, which is a filebase, too, unless
/// it is empty; sorted. None where a folder cannot be read.
std::vector<std::filesystem::path> possibleRelatives(const std::filesystem::path& filebase,
                                                     const std::filesystem::path& elsewhere);

struct RunMember {
    std::size_t which;                  ///< in what was asked of
    std::optional<std::size_t> parent;  ///< where in the result its nearest ancestor is; unset: that one is not there
    Micros start;                       ///< when its capture begins, after the earliest of all
};

/// Those among `all` that are of the same run as the first of them, in the order in which their recordings began,
/// ancestors before their descendants. `all` is not empty; of two with one identity the earlier counts.
std::vector<RunMember> runMembers(std::span<const Metadata* const> all);

}  // namespace heapprof
