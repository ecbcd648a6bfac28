// What the flow graph view draws, prepared off the GUI thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/stacks/flow_diagram.h"
#include "gui/document/instant_result.h"

namespace heapprof::gui {

/// Immutable once made.
struct FlowPicture {
    std::shared_ptr<const InstantResult> result;  ///< whose traces the lines refer to
    FlowGraphOptions options;
    FlowDiagram diagram;
    std::size_t knownLines = 0;  ///< lines with memory at all, before the options left some out
    /// The functions on the lines of the boxes, `printable`; a line without a known one is missing.
    std::unordered_map<LineIndex, std::string> functions;

    /// To show more lines of those left out: the next lower share to leave out; none when it would show none.
    std::optional<double> lowerMinNodeFraction() const;

    const TraceTable& traces() const { return result->traces(); }
    std::int64_t amountOf(const Estimate& usage) const { return usage.of(diagram.measure); }
    bool isDifference() const { return diagram.times.size() == 2; }
};

/// `result` is not null. Any thread. Throws as makeFlowDiagram().
FlowPicture makeFlowPicture(std::shared_ptr<const InstantResult> result, const FlowGraphOptions& options);

}  // namespace heapprof::gui
