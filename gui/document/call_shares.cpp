#include "gui/document/call_shares.h"

#include <algorithm>
#include <cstdlib>

namespace heapprof::gui {
namespace {

std::vector<CallShare> callsOf(const InstantResult& result, LineIndex line, bool areCallers) {
    std::vector<CallShare> calls;
    const FlowGraph& flow = result.flow();
    for (const FlowGraph::Edge& edge : flow.edges) {
        const LineIndex caller = flow.nodes[edge.caller].line, callee = flow.nodes[edge.callee].line;
        if ((areCallers ? callee : caller) != line || edge.amounts.empty()) continue;
        const std::int64_t before = result.isDifference() ? edge.amounts.front() : 0;
        calls.push_back({areCallers ? caller : callee, edge.amounts.back() - before});
    }
    std::stable_sort(calls.begin(), calls.end(),
                     [](const CallShare& a, const CallShare& b) { return std::abs(a.amount) > std::abs(b.amount); });
    return calls;
}

}  // namespace

std::vector<CallShare> callersOf(const InstantResult& result, LineIndex line) { return callsOf(result, line, true); }
std::vector<CallShare> calleesOf(const InstantResult& result, LineIndex line) { return callsOf(result, line, false); }

}  // namespace heapprof::gui
