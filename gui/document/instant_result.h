// What the views of one instant (or of the difference of two) draw: computed off the GUI thread, immutable.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/analysis/call_tree.h"
#include "core/analysis/domains.h"
#include "core/analysis/flow_graph.h"
#include "core/analysis/line_table.h"
#include "core/analysis/snapshot.h"
#include "core/capture/capture.h"

namespace heapprof::gui {

struct InstantResult {
    std::shared_ptr<const CaptureInfo> info;  ///< whose traces the indices below refer to
    DomainSet domains = DomainSet::all();     ///< whose memory the rest is about, except for `ofDomains`
    DomainUsages ofDomains{};                 ///< what each has of the whole snapshot, or of the whole difference
    /// What is shown: the snapshot at the time, or `time` minus `compareTime`.
    Snapshot snapshot;
    /// The earlier-or-later instant of a comparison.
    std::optional<Instant> compareTime;
    /// What was asked for: the view state's times. Where the digest does not reach that far yet, `snapshot` is of the
    /// last state digested.
    std::optional<Instant> askedTime, askedCompareTime;
    bool isReached = true;
    LineTable lines;
    CallTree tree;  ///< by the view state's CallTreeOptions
    CallTreeOptions treeOptions;
    /// With two instants when comparing, in the order compareTime, time.
    FlowGraph flow;

    const TraceTable& traces() const { return *info->traces; }
    /// Whether it is about just what a view state shows: its instants and domains.
    bool isOf(std::optional<Instant> time, std::optional<Instant> compared, DomainSet ofThese) const {
        return isReached && askedTime == time && askedCompareTime == compared && domains == ofThese;
    }
    bool isDifference() const { return compareTime.has_value(); }
};

}  // namespace heapprof::gui
