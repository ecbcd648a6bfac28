// The captures of one run: of a program and of the processes that descend from it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/capture/capture.h"

namespace heapprof {

/// Found by their metadata, among the files FILEBASE.hpm, FILEBASE.PID.hpm and FILEBASE.PID-N.hpm of one folder, and of
/// that in which there are those that could not be written in it: each names the capture of its nearest ancestor. What
/// lies there of an earlier run under the same name does not belong.
class CaptureSet {
public:
    struct Member {
        std::shared_ptr<Capture> capture;
        /// Where its nearest ancestor with a capture is in members(); unset: that one is not there, or there is none.
        std::optional<std::size_t> parent;
        /// When its capture begins, on the set's time axis, which begins with the earliest one. A member's own times
        /// count from here.
        Micros start;
    };

    /// The run that the capture at `path` is part of, whichever part. Throws as Capture::open() does, of that capture
    /// alone. When `stop` is requested, what was found until then.
    static CaptureSet open(const std::filesystem::path& path, std::stop_token stop = {});

    /// In the order in which their recordings began, ancestors before their descendants. At least one.
    const std::vector<Member>& members() const { return m_members; }
    /// Captures of that name that cannot be read, each with file and reason, so that nobody knows whether they belong.
    const std::vector<std::string>& problems() const { return m_problems; }

private:
    std::vector<Member> m_members;
    std::vector<std::string> m_problems;
};

}  // namespace heapprof
