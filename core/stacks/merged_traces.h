// Several captures in one picture: one table of stacks for all of them.
#pragma once

#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "core/capture/capture.h"
#include "core/state/run_usage.h"
#include "core/state/snapshot.h"

namespace heapprof {

/// The stacks of several captures as they were when this was made. Equal stacks share their nodes, so that a line of
/// code is one line, whichever process ran it; threads stay apart, and are named after their process, too.
class MergedTraces {
public:
    explicit MergedTraces(std::span<const std::shared_ptr<const CaptureInfo>> captures);

    const std::shared_ptr<const TraceTable>& table() const { return m_table; }
    /// What a trace of capture number `capture` is in table(); the unknown one when it was not in that capture then.
    TraceIndex traceOf(std::size_t capture, TraceIndex trace) const;
    /// The sum of one snapshot of each capture, in their order: a snapshot over table(), for all that takes one.
    Snapshot sumOf(std::span<const Snapshot> snapshots, Micros time) const;

private:
    std::shared_ptr<const TraceTable> m_table;
    std::vector<std::uint32_t> m_first;  // of each capture: the table's number of its trace 1; and one past the end
};

/// The live memory of all processes of a run at a time of the run, and the stacks it speaks of.
struct MergedSnapshot {
    Snapshot snapshot;
    std::shared_ptr<const TraceTable> traces;
};
MergedSnapshot mergedSnapshotAt(std::span<const RunPart> parts, Micros time, std::stop_token stop = {});

}  // namespace heapprof
