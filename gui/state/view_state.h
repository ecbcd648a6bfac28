// What the views show: one value, shared by all of them.
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "core/capture/domain_set.h"
#include "core/instant.h"
#include "core/stacks/call_tree.h"
#include "core/stacks/flow_graph.h"

namespace heapprof::gui {

/// Everything a user can set and undo. Views read it and change it through ViewStateStore, never through each other.
struct ViewState {
    /// The instant shown; unset: the newest (a live capture is followed to its end).
    std::optional<Instant> time;
    /// When set, the views compare: `time` minus this earlier or later instant.
    std::optional<Instant> compareTime;
    /// Whose memory counts, in every view; those that the capture does not have do not matter.
    DomainSet domains = DomainSet::all();
    /// The line of code that every view highlights.
    std::optional<LineIndex> selectedLine;
    /// Whether the time plot shows the process's resident memory, where it was recorded.
    bool showsResident = true;
    /// Lines plotted below the total.
    std::vector<LineIndex> pinnedLines;
    /// How stacks are merged in the flame graph and the trees.
    CallTreeOptions tree;
    FlowGraphOptions flow;
    /// The node the flame graph is focused on: its frames from the outermost one; empty: everything.
    std::vector<FrameIndex> focus;

    bool operator==(const ViewState&) const = default;
};

}  // namespace heapprof::gui
