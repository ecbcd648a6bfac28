#include "core/stacks/line_table.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/traces/shown_frames.h"

namespace heapprof {

LineTable makeLineTable(const Snapshot& snapshot, const TraceTable& traces, const HiddenFrames& hidden,
                        Measure measure) {
    constexpr std::uint32_t kNone = ~std::uint32_t{0};
    const ShownFrames shown(traces, hidden);
    LineTable table;
    table.measure = measure;
    table.total = snapshot.total;
    std::vector<std::uint32_t> rowOfLine(traces.lineCount(), kNone);
    std::vector<std::uint32_t> lastTrace(traces.lineCount(), kNone);  // which trace the line was counted for last
    const auto rowFor = [&](LineIndex line) -> LineUsage& {
        std::uint32_t& row = rowOfLine[line.value];
        if (row == kNone) {
            row = static_cast<std::uint32_t>(table.lines.size());
            table.lines.push_back({line, {}, {}});
        }
        return table.lines[row];
    };
    for (const auto& [trace, usage] : snapshot.traces) {
        const NodeIndex leaf = shown.innermost(traces.trace(trace).leaf);
        if (leaf.value == 0) {
            table.withoutStack += usage;
            continue;
        }
        rowFor(traces.lineOf(traces.node(leaf).frame)).self += usage;
        for (NodeIndex node = leaf; node.value != 0; node = shown.callerOf(node)) {
            const LineIndex line = traces.lineOf(traces.node(node).frame);
            if (std::exchange(lastTrace[line.value], trace.value) != trace.value) rowFor(line).cumulative += usage;
        }
    }
    std::sort(table.lines.begin(), table.lines.end(), [measure](const LineUsage& a, const LineUsage& b) {
        const auto left = std::abs(a.cumulative.of(measure)), right = std::abs(b.cumulative.of(measure));
        return left != right ? left > right : a.line < b.line;
    });
    return table;
}

}  // namespace heapprof
