// What the views show: one value, shared by all of them.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "core/capture/domain_set.h"
#include "core/instant.h"
#include "core/measure.h"
#include "core/stacks/call_tree.h"
#include "core/stacks/flow_diagram.h"
#include "gui/state/interval_mode.h"
#include "gui/state/parts_options.h"
#include "gui/state/trace_filter.h"

namespace heapprof::gui {

/// A time that is cut into generations, each an interval.
struct GenerationSpan {
    Instant from, until;

    bool operator==(const GenerationSpan&) const = default;
};

/// What every view looks for.
struct Search {
    std::string text;             ///< as it was typed; see SearchText
    std::optional<LineIndex> at;  ///< the match that the user has gone to

    bool operator==(const Search&) const = default;
};

/// Everything a user can set and undo. Views read it and change it through ViewStateStore, never through each other.
struct ViewState {
    /// The instant shown; unset: the newest (a live capture is followed to its end).
    std::optional<Instant> time;
    /// The other end of an interval, earlier or later than `time`; unset: the views show the live memory at `time`.
    std::optional<Instant> compareTime;
    /// What the views show of the interval, when there is one.
    IntervalMode mode = IntervalMode::Change;
    /// Of StillAlive: the interval is one generation of that span, and what is alive at the span's end is shown; unset:
    /// what is alive at the interval's own end.
    std::optional<GenerationSpan> generationOf;
    /// Whose memory counts, in every view; those that the capture does not have do not matter.
    DomainSet domains = DomainSet::all();
    /// What it is counted in, in every view.
    Measure measure = Measure::ByteCount;
    /// Which stacks count, in every view: those that pass each of these.
    std::vector<TraceFilter> filters;
    /// The line of code that every view highlights.
    std::optional<LineIndex> selectedLine;
    Search search;
    /// Whether the time plot shows the process's resident memory, where it was recorded.
    bool showsResident = true;
    /// And with it how much of that is anonymous, of files, shared.
    bool showsResidentKinds = false;
    /// Lines plotted with the total.
    std::vector<LineIndex> pinnedLines;
    /// Pinned lines are plotted as shares of the total, alone, instead of as amounts.
    bool plotsShares = false;
    /// How stacks are merged in the flame graph and the trees.
    CallTreeOptions tree;
    FlowGraphOptions flow;
    /// How memory over time is divided.
    PartsOptions parts;
    /// The node the flame graph is focused on; empty: everything.
    CallPath focus;

    bool operator==(const ViewState&) const = default;

    /// The live memory of an instant; unset: the newest.
    void showInstant(std::optional<Instant> at) {
        time = at;
        leaveInterval();
    }
    /// Of the interval that has `to` (unset: the newest instant) as its other end.
    void showInterval(Instant from, std::optional<Instant> to) {
        compareTime = from;
        time = to;
        generationOf.reset();
    }
    void leaveInterval() {
        compareTime.reset();
        generationOf.reset();
    }
    /// Another instant, or another end of the interval.
    void moveTo(std::optional<Instant> at) {
        time = at;
        generationOf.reset();
    }

    bool isSelectedLinePinned() const {
        return selectedLine && std::find(pinnedLines.begin(), pinnedLines.end(), *selectedLine) != pinnedLines.end();
    }
};

/// Sets a filter beside those that are set; in place of one that it leaves nothing of: no stack is of two threads,
/// allocated by two kinds of code, nor has two values of a label.
inline void addFilter(ViewState& state, const TraceFilter& filter) {
    const bool isLabel = filter.by == TraceFilter::By::Label;
    if (filter.by == TraceFilter::By::Thread || filter.by == TraceFilter::By::Code || isLabel)
        std::erase_if(state.filters, [&](const TraceFilter& each) {
            return each.by == filter.by && !each.isExcluded && !filter.isExcluded &&
                   (!isLabel || each.name == filter.name);
        });
    if (std::find(state.filters.begin(), state.filters.end(), filter) == state.filters.end())
        state.filters.push_back(filter);
}

/// Plots the selected line, or no longer.
inline void togglePinOfSelectedLine(ViewState& state) {
    if (!state.selectedLine) return;
    if (state.isSelectedLinePinned())
        std::erase(state.pinnedLines, *state.selectedLine);
    else
        state.pinnedLines.push_back(*state.selectedLine);
}

}  // namespace heapprof::gui
