#include "gui/inspector/line_facts.h"

#include <algorithm>

#include "gui/common/frame_labels.h"
#include "gui/common/function_names.h"
#include "gui/document/call_shares.h"

namespace heapprof::gui {
namespace {

constexpr std::size_t kMaxCalls = 5;

std::vector<LineFacts::Call> named(const std::vector<CallShare>& calls, LineIndex self, const TraceTable& traces,
                                   const FunctionNames& names) {
    std::vector<LineFacts::Call> result;
    for (const CallShare& call : calls) {
        if (result.size() == kMaxCalls || call.amount == 0) break;
        if (call.line == self) continue;  // a comprehension on the line, or recursion
        result.push_back({call.line, names.of(traces, call.line), placeText(traces, call.line), call.amount});
    }
    return result;
}

}  // namespace

LineFacts factsOf(std::shared_ptr<const InstantResult> result, LineIndex line, std::stop_token stop) {
    LineFacts facts;
    facts.line = line;
    facts.usage.line = line;
    const TraceTable& traces = result->traces();
    const FunctionNames names(traces);
    facts.function = names.of(traces, line);
    facts.kind = moduleOf(traces.file(line)).kind;
    for (const LineUsage& usage : result->lines().lines) {
        if (usage.line == line) facts.usage = usage;
        const auto [file, number] = traces.line(usage.line);
        const std::uint32_t own = traces.line(line).line;
        if (file == traces.line(line).file && std::max(number, own) - std::min(number, own) <= kLinesAround)
            facts.amountsAround[number] = result->amountOf(usage.cumulative);
    }
    if (!stop.stop_requested()) {
        facts.callers = named(callersOf(*result, line), line, traces, names);
        facts.callees = named(calleesOf(*result, line), line, traces, names);
    }
    facts.result = std::move(result);
    return facts;
}

}  // namespace heapprof::gui
