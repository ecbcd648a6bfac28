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
    std::optional<Micros> compareTime;
    LineTable lines;
    CallTree tree;  ///< by the view state's CallTreeOptions
    CallTreeOptions treeOptions;
    /// With two instants when comparing, in the order compareTime, time.
    FlowGraph flow;

    const TraceTable& traces() const { return *info->traces; }
    bool isDifference() const { return compareTime.has_value(); }
};

}  // namespace heapprof::gui
