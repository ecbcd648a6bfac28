#include "core/stacks/merged_traces.h"

#include <algorithm>
#include <utility>

namespace heapprof {
namespace {

std::string nameOf(const ThreadInfo& thread, const Metadata& metadata) {
    if (!metadata.process) return thread.name;
    return thread.name + " (process " + std::to_string(metadata.process->pid) + ")";
}

void append(TraceTableBuilder& table, const CaptureInfo& capture) {
    const TraceTable& own = *capture.traces;
    std::vector<FunctionIndex> functions(own.functionCount());
    for (std::uint32_t i = 0; i < functions.size(); ++i) {
        const Function& function = own.function(FunctionIndex(i));
        functions[i] = table.internFunction({table.internString(own.string(function.file)),
                                             table.internString(own.string(function.name)), function.firstLine});
    }
    std::vector<FrameIndex> frames(own.frameCount());
    for (std::uint32_t i = 0; i < frames.size(); ++i) {
        const Frame& frame = own.frame(FrameIndex(i));
        frames[i] = table.internFrame({functions[frame.function.value], frame.line});
    }
    std::vector<NodeIndex> nodes(own.nodeCount());
    for (std::uint32_t i = 1; i < nodes.size(); ++i) {
        const TraceNode& node = own.node(NodeIndex(i));
        nodes[i] = table.internNode(nodes[node.parent.value], frames[node.frame.value]);
    }
    std::vector<ThreadIndex> threads(own.threadCount());
    for (std::uint32_t i = 1; i < threads.size(); ++i) {
        ThreadInfo thread = own.thread(ThreadIndex(i));
        thread.name = nameOf(thread, capture.metadata);
        threads[i] = table.addThread(std::move(thread));
    }
    std::vector<LabelSetIndex> labelSets(own.labelSetCount());
    for (std::uint32_t i = 1; i < labelSets.size(); ++i) {
        std::vector<Label> labels = own.labelSet(LabelSetIndex(i));
        for (Label& label : labels)
            label = {table.internString(own.string(label.name)), table.internString(own.string(label.value))};
        labelSets[i] = table.addLabelSet(std::move(labels));
    }
    for (std::uint32_t i = 1; i <= own.traceCount(); ++i) {
        const Trace& trace = own.trace(TraceIndex(i));
        const std::uint32_t thread = trace.thread.value;
        const TraceIndex added = table.addTrace(
            {nodes[trace.leaf.value], thread < threads.size() ? threads[thread] : ThreadIndex(), trace.domain});
        if (const LabelSetIndex labels = own.labelsOf(TraceIndex(i)); labels.value != 0)
            table.setLabels(added, labelSets[labels.value]);
    }
}

}  // namespace

MergedTraces::MergedTraces(std::span<const std::shared_ptr<const CaptureInfo>> captures) : m_first{1} {
    TraceTableBuilder table;
    for (const auto& capture : captures) {
        append(table, *capture);
        m_first.push_back(static_cast<std::uint32_t>(table.traceCount() + 1));
    }
    m_table = std::make_shared<const TraceTable>(table);
}

TraceIndex MergedTraces::traceOf(std::size_t capture, TraceIndex trace) const {
    if (trace.value == 0 || trace.value > m_first[capture + 1] - m_first[capture]) return {};
    return TraceIndex(m_first[capture] + trace.value - 1);
}

Snapshot MergedTraces::sumOf(std::span<const Snapshot> snapshots, Micros time) const {
    Snapshot sum;
    sum.time = time;
    TraceEstimate unknown;
    for (std::size_t capture = 0; capture < snapshots.size(); ++capture) {
        for (const TraceEstimate& entry : snapshots[capture].traces) {
            const TraceIndex trace = traceOf(capture, entry.trace);
            if (trace.value == 0)
                unknown.usage += entry.usage;
            else
                sum.traces.push_back({trace, entry.usage});
        }
        sum.total += snapshots[capture].total;
    }
    if (unknown.usage != Estimate{}) sum.traces.insert(sum.traces.begin(), unknown);
    return sum;
}

MergedSnapshot mergedSnapshotAt(std::span<const RunPart> parts, Micros time, std::stop_token stop) {
    std::vector<std::shared_ptr<const CaptureInfo>> infos;
    for (const RunPart& part : parts) infos.push_back(part.recording.sharedInfo());
    const MergedTraces traces(infos);
    return {traces.sumOf(snapshotsAt(parts, time, std::move(stop)), time), traces.table()};
}

}  // namespace heapprof
