#include "core/stacks/line_table.h"

#include <algorithm>
#include <cstdlib>

#include "core/stacks/passed_nodes.h"

namespace heapprof {

LineTable makeLineTable(const Snapshot& snapshot, const TraceTable& traces, const HiddenFrames& hidden,
                        Measure measure) {
    constexpr std::uint32_t kNone = ~std::uint32_t{0};
    LineTable table;
    table.measure = measure;
    table.total = snapshot.total;
    std::vector<std::uint32_t> rowOfLine(traces.lineCount(), kNone);
    const auto rowFor = [&](LineIndex line) -> LineUsage& {
        std::uint32_t& row = rowOfLine[line.value];
        if (row == kNone) {
            row = static_cast<std::uint32_t>(table.lines.size());
            table.lines.push_back({line, {}, {}});
        }
        return table.lines[row];
    };
    PassedNodes passed(traces, hidden, 1);
    for (const TraceEstimate& entry : snapshot.traces) {
        const std::optional<LineIndex> line = passed.add(entry, 0);
        (line ? rowFor(*line).self : table.withoutStack) += entry.usage;
    }
    std::vector<std::uint32_t> timesOnPath(traces.lineCount());
    passed.walk(
        [&](const PassedNodes::Node& node, std::span<const Estimate> amounts) {
            if (timesOnPath[node.line.value]++ == 0) rowFor(node.line).cumulative += amounts[0];
        },
        [&](const PassedNodes::Node& node) { --timesOnPath[node.line.value]; });
    std::sort(table.lines.begin(), table.lines.end(), [measure](const LineUsage& a, const LineUsage& b) {
        const auto left = std::abs(a.cumulative.of(measure)), right = std::abs(b.cumulative.of(measure));
        return left != right ? left > right : a.line < b.line;
    });
    return table;
}

}  // namespace heapprof
