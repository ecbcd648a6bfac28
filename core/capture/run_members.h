// Which captures of a folder are those of one run: of a program and of the processes that descend from it.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "core/capture/metadata.h"

namespace heapprof {

/// The filebases of the other captures in the folder of `filebase` that may be of the same run, by their names alone:
/// FILEBASE, FILEBASE.PID and FILEBASE.PID-N; sorted. None where the folder cannot be read.
std::vector<std::filesystem::path> possibleRelatives(const std::filesystem::path& filebase);

struct RunMember {
    std::size_t which;                  ///< in what was asked of
    std::optional<std::size_t> parent;  ///< where in the result its nearest ancestor is; unset: that one is not there
    Micros start;                       ///< when its capture begins, after the earliest of all
};

/// Those among `all` that are of the same run as the first of them, in the order in which their recordings began,
/// ancestors before their descendants. `all` is not empty; of two with one identity the earlier counts.
std::vector<RunMember> runMembers(std::span<const Metadata* const> all);

}  // namespace heapprof
