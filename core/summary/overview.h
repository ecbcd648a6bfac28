// What is known of a capture at a glance, for lists of captures.
#pragma once

#include <filesystem>
#include <vector>

#include "core/capture/metadata.h"
#include "core/units.h"

namespace heapprof {

struct Overview {
    Metadata metadata;
    bool isBeingWritten = false;
    Micros end;                       ///< of the last event that is known without reading events
    std::int64_t peakBytes = 0;       ///< until then; of chunks' headers where there is no digest
    std::vector<std::int64_t> curve;  ///< the most bytes in each of equal parts of that time; empty: not known
};

/// Reads the metadata, and the digest that lies there or the headers of the log's chunks: milliseconds, however long
/// the log is, but more where there are very many stacks. `steps` > 0: the length of the curve. Throws as
/// Capture::open().
Overview overviewOf(const std::filesystem::path& path, std::size_t steps);

}  // namespace heapprof
