// What is known of a capture at a glance, for lists of captures.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/capture/capture.h"
#include "core/capture/metadata.h"
#include "core/capture/program.h"
#include "core/units.h"

namespace heapprof {

struct Overview {
    Metadata metadata;
    Program program;
    bool isBeingWritten = false;
    Micros end;                       ///< up to when it is known to have run
    std::int64_t peakBytes = 0;       ///< until then, as with a digest; within a byte when there is none yet
    std::vector<std::int64_t> curve;  ///< the most bytes in each of equal parts of that time; empty: not known
};

/// Reads the metadata, and the digest that lies there or the headers of the log's chunks and the last of these:
/// milliseconds, however long the log is, but more where there are very many stacks. Of a version 1 capture without a
/// digest there is no curve. `steps` > 0: the length of the curve. Throws as Capture::open().
Overview overviewOf(const std::filesystem::path& path, std::size_t steps);
/// The same of a capture that is open.
Overview overviewOf(const std::shared_ptr<Capture>& capture, std::size_t steps);

}  // namespace heapprof
