// The one line of code to name where memory is spoken of in a sentence.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "core/capture/trace_table.h"
#include "core/state/estimate.h"
#include "core/state/snapshot.h"
#include "core/traces/shown_frames.h"

namespace heapprof {

/// Made once for a table, which must outlive it.
class Attribution {
public:
    struct Behind {
        std::optional<LineIndex> line;
        Estimate usage;  ///< what passed through it
    };

    explicit Attribution(const TraceTable& traces);

    /// The line behind most of a snapshot: the innermost of those lines of the program's own code that half of it or
    /// more passed through, unless nearly all did; else the line that is the innermost of the most bytes. Nothing where
    /// no stack is known.
    Behind behindMost(const Snapshot& snapshot) const;
    /// Of what passed through `line`: the one line of code that is not the program's own that allocated half of it or
    /// more itself. Nothing where there is none.
    Behind libraryBehind(const Snapshot& snapshot, LineIndex line) const;

private:
    struct Part;

    /// Of the program's own code; of no line where none of it is in the trace.
    std::unordered_map<std::uint32_t, Part> partsOf(const Snapshot& snapshot) const;
    NodeIndex innermostOwn(NodeIndex innermost) const;

    const TraceTable& m_traces;
    ShownFrames m_shown;
    std::vector<bool> m_isOwn;  // by frame
};

}  // namespace heapprof
