// What the views of one instant, or of an interval, draw: immutable.
#pragma once

#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/capture/capture.h"
#include "core/stacks/call_tree.h"
#include "core/stacks/flow_diagram.h"
#include "core/stacks/line_table.h"
#include "core/state/composition.h"
#include "core/state/domains.h"
#include "core/state/snapshot.h"
#include "core/state/timeline.h"
#include "gui/document/counted.h"
#include "gui/document/lazy.h"
#include "gui/document/search_matches.h"
#include "gui/state/view_state.h"

namespace heapprof::gui {

struct InstantResult {
    Recording recording;                       ///< what was asked; empty where a view is tried without one
    std::shared_ptr<const CaptureInfo> info;   ///< whose traces the indices below refer to
    Counted counted;                           ///< whose memory the rest is about
    std::shared_ptr<const Timeline> timeline;  ///< what the log says besides; null: not known
    DomainUsages ofDomains{};                  ///< what each domain has, those that do not count as well
    /// What is shown: the snapshot at the time, or what `mode` says of the interval. Never null.
    std::shared_ptr<const Snapshot> shown = std::make_shared<const Snapshot>();
    /// The other end of the interval, earlier or later.
    std::optional<Instant> compareTime;
    IntervalMode mode = IntervalMode::Change;
    std::optional<GenerationSpan> generationOf;  ///< of StillAlive, as ViewState has it
    bool isAnswerable = true;  ///< false: the log does not tell which block a free ends, so that nothing is shown
    /// What was asked for: the view state's times. Where the digest does not reach that far yet, the last state
    /// digested is shown.
    std::optional<Instant> askedTime, askedCompareTime;
    bool isReached = true;
    /// The live memory at both ends of the interval, of what counts; null without one.
    std::shared_ptr<const Snapshot> before, after;
    CallTreeOptions treeOptions;
    std::shared_ptr<FrameSearch> frameSearch = std::make_shared<FrameSearch>();  ///< of all results of a capture

    const Snapshot& snapshot() const { return *shown; }
    /// What amounts are counted in, and the amount that an estimate is.
    Measure measure() const { return counted.measure; }
    std::int64_t amountOf(const Estimate& usage) const { return usage.of(measure()); }
    /// What shares are parts of: the total, or in a difference all that grew or shrank.
    std::int64_t shareBase() const {
        if (!isDifference()) return amountOf(snapshot().total);
        std::int64_t sum = 0;
        for (const TraceEstimate& each : snapshot().traces) sum += std::abs(amountOf(each.usage));
        return sum;
    }

    /// What a view needs is made when the first view asks, in its thread, which should not be the GUI thread: with very
    /// many stacks each takes a second.
    const LineTable& lines() const {
        return m_lines->get([this] { return makeLineTable(snapshot(), traces(), treeOptions.hidden, measure()); });
    }
    /// By treeOptions.
    const CallTree& tree() const { return tree(treeOptions.bottomUp); }
    /// By treeOptions but for the direction.
    const CallTree& tree(bool bottomUp) const {
        return m_trees[bottomUp]->get([this, bottomUp] {
            CallTreeOptions options = treeOptions;
            options.bottomUp = bottomUp;
            return makeCallTree(snapshot(), traces(), options, measure());
        });
    }
    /// With two instants in a difference, in the order compareTime, time.
    const FlowGraph& flow() const {
        return m_flow->get([this] {
            if (!isDifference()) return makeFlowGraph({shown.get(), 1}, traces(), treeOptions.hidden, measure());
            return makeFlowGraph(std::array{*before, *after}, traces(), treeOptions.hidden, measure());
        });
    }
    /// What is found here of a text as it was typed. The last one is kept, for all who ask.
    std::shared_ptr<const SearchMatches> search(const std::string& text) const {
        const std::shared_ptr<Lazy<SearchMatches>> matches = m_search->of(text);
        return {matches, &matches->get([&] {
                    return findMatches(*frameSearch->of(info, text), snapshot(), lines(), traces(), treeOptions.hidden);
                })};
    }
    FlowDiagram diagram(const FlowGraphOptions& options) const { return makeFlowDiagram(flow(), options); }
    /// Shares with `other`, a result of the same snapshots, traces and measure, all that does not depend on other
    /// treeOptions.
    void share(const InstantResult& other) {
        CallTreeOptions alike = other.treeOptions;
        alike.bottomUp = treeOptions.bottomUp;
        if (treeOptions == alike) m_trees = other.m_trees;
        if (treeOptions.hidden != other.treeOptions.hidden) return;
        m_lines = other.m_lines;
        m_search = other.m_search;
        m_flow = other.m_flow;
    }

    /// All there was at `time`, when that is the instant or one of the two; else nothing.
    std::optional<Estimate> totalAt(const Instant& time) const {
        for (const Snapshot* known : {before.get(), after.get(), before ? nullptr : shown.get()})
            if (known && known->time == time) return known->total;
        return {};
    }

    const TraceTable& traces() const { return *info->traces; }
    /// Whether it is about just what a view state shows: its instants, mode and filters.
    bool isOf(const ViewState& state) const {
        return isReached && askedTime == state.time && askedCompareTime == state.compareTime &&
               (!state.compareTime || (mode == state.mode && generationOf == state.generationOf)) &&
               counted == Counted::of(state);
    }
    bool isInterval() const { return compareTime.has_value(); }
    /// Whether amounts may be negative: growth and shrinkage.
    bool isDifference() const { return isInterval() && mode == IntervalMode::Change; }
    /// The instant that was asked for, or that end of the interval which is not `compareTime`.
    Instant time() const { return isInterval() && after ? after->time : shown->time; }
    /// The earlier and the later end of the interval; of an instant both are that instant.
    Instant begin() const { return std::min(compareTime.value_or(time()), time()); }
    Instant end() const { return std::max(compareTime.value_or(time()), time()); }

private:
    std::shared_ptr<Lazy<LineTable>> m_lines = std::make_shared<Lazy<LineTable>>();
    std::array<std::shared_ptr<Lazy<CallTree>>, 2> m_trees{std::make_shared<Lazy<CallTree>>(),
                                                           std::make_shared<Lazy<CallTree>>()};
    std::shared_ptr<LastSearch> m_search = std::make_shared<LastSearch>();
    std::shared_ptr<Lazy<FlowGraph>> m_flow = std::make_shared<Lazy<FlowGraph>>();
};

/// What resident memory consists of at the result's instant; unset: it is not known. Reads the
/// digest.
inline std::optional<Composition> compositionOf(const InstantResult& result, std::stop_token stop = {}) {
    if (!result.timeline) return std::nullopt;
    return compositionAt(result.recording, *result.timeline, result.time(), std::move(stop));
}

}  // namespace heapprof::gui
