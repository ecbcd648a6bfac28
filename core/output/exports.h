// Data exports: each writes one result into a stream, for other tools. Texts are valid UTF-8 whatever the capture
// holds. Stacks are without the frames that ShownFrames hides.
#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "core/stacks/flow_diagram.h"
#include "core/stacks/line_table.h"
#include "core/state/composition.h"
#include "core/state/time_series.h"

namespace heapprof {

/// A profile for https://www.speedscope.app (file format schema "https://www.speedscope.app/file-format-schema.json"):
/// sampled, one sample per trace, weights in `measure`. In a difference, growth and shrinkage are two profiles.
void writeSpeedscope(std::ostream& out, const Snapshot& snapshot, const TraceTable& traces, const std::string& title,
                     Measure measure = Measure::ByteCount);

/// One line per stack, outermost frame first: "file:line (function);file:line (function) AMOUNT"; ';' and control
/// characters in names are replaced. Traces without a stack are "(no Python stack)". Stacks with equal text are one
/// line. Only positive amounts are written.
void writeCollapsed(std::ostream& out, const Snapshot& snapshot, const TraceTable& traces,
                    Measure measure = Measure::ByteCount);

/// Graphviz DOT of what the flow graph view draws: boxes with one coloured field per instant. `sizeBySelfUsage` as in
/// FlowGraphOptions.
void writeDot(std::ostream& out, const FlowDiagram& diagram, const TraceTable& traces, bool sizeBySelfUsage = true);

/// CSV (RFC 4180, header row): file, line, function names on it, self and cumulative bytes and blocks, standard errors
/// of the table's measure. Rows are in the table's order.
void writeCsv(std::ostream& out, const LineTable& lines, const TraceTable& traces);
/// CSV, a row per step, which are of `measure`: begin, end (seconds), least, greatest, last, standard error of the
/// last, and the time of day of the end (UTC, RFC 3339) of a recording that began at `wallStart`, ns since 1970.
void writeCsv(std::ostream& out, std::span<const TotalStep> steps, std::int64_t wallStart,
              Measure measure = Measure::ByteCount);

/// CSV, a row per part: name, bytes, standard error; then "resident", which they add up to.
void writeCsv(std::ostream& out, const Composition& composition);

/// The colour of a share of the total, from slate (small) to rust (all), as "#rrggbb", dark enough for
/// white text; shared by DOT and the flow graph.
std::string shareColour(double share);

}  // namespace heapprof
