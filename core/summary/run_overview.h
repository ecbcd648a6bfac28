// What is known at a glance of all processes of a run.
#pragma once

#include <filesystem>
#include <stop_token>
#include <vector>

#include "core/summary/overview.h"

namespace heapprof {

struct RunOverview {
    struct Member {
        std::filesystem::path filebase;  ///< absolute
        Overview overview;
    };
    /// The greatest peak first; among equal ones the one that began first.
    std::vector<Member> members;
    std::size_t asked = 0;  ///< which of the members was asked for
    /// Filebases of captures that lie beside it under the run's name and cannot be read, so that nobody knows whether
    /// they belong; sorted. Of those that went away meanwhile there is no word.
    std::vector<std::filesystem::path> unreadable;

    /// Whether there is another process to speak of, or a capture that may be one.
    bool hasOthers() const { return members.size() + unreadable.size() > 1; }
    bool isBeingWritten() const;
    /// The member with the greatest peak, when that is not the one asked for and at least twice as much; else null.
    const Member* farGreater() const;
};

/// The run that the capture at `path` is part of, as CaptureSet has it. Holds one capture at a time open, each as
/// overviewOf() reads it. Throws as Capture::open(), of the capture at `path` alone. When `stop` is requested, what was
/// found until then.
RunOverview runOverviewOf(const std::filesystem::path& path, std::size_t steps, std::stop_token stop = {});

}  // namespace heapprof
