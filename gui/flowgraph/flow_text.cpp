#include "gui/flowgraph/flow_text.h"

#include "core/text/text.h"
#include "gui/common/result_texts.h"
#include "gui/flowgraph/flow_graph_view.h"

namespace heapprof::gui {

QString emptyText(const FlowPicture& picture) {
    const bool noMemory = std::all_of(picture.diagram.total.begin(), picture.diagram.total.end(),
                                      [](const Estimate& total) { return total.bytes == 0; });
    if (noMemory) return FlowGraphView::tr("No recorded memory is alive at this instant.");
    if (picture.knownLines == 0)
        return FlowGraphView::tr("No Python stack is known for the memory alive at this instant.");
    return FlowGraphView::
        tr("All %L1 lines are smaller than %2 of the total. Move \u201cSmallest line\u201d to the left to see them.")
            .arg(picture.knownLines)
            .arg(QString::fromStdString(
                formatShare(static_cast<std::int64_t>(picture.options.minNodeFraction * 1e6), 1'000'000)));
}

QString titleText(const FlowPicture& picture) {
    const FlowDiagram& diagram = picture.diagram;
    const auto at = [&](std::size_t t) {
        return std::pair(QString::fromStdString(formatTime(diagram.times[t])),
                         QString::fromStdString(formatBytes(diagram.total[t].bytes)));
    };
    if (!picture.isDifference())
        return FlowGraphView::tr("%1: %2. Coloured field: self / cumulative = share of the total.")
            .arg(subjectOf(*picture.result), at(0).second);
    return FlowGraphView::tr(
               "Left field: at %1 (%2). Right field: at %3 (%4). Each: self / cumulative = share of the total; below: "
               "growth.")
        .arg(at(0).first, at(0).second, at(1).first, at(1).second);
}

QString hiddenText(const FlowPicture& picture) {
    const FlowDiagram& diagram = picture.diagram;
    QStringList parts;
    if (diagram.hiddenNodes == 1) parts << FlowGraphView::tr("1 smaller line hidden");
    if (diagram.hiddenNodes > 1) parts << FlowGraphView::tr("%L1 smaller lines hidden").arg(diagram.hiddenNodes);
    if (diagram.hiddenEdges == 1) parts << FlowGraphView::tr("1 smaller call hidden");
    if (diagram.hiddenEdges > 1) parts << FlowGraphView::tr("%L1 smaller calls hidden").arg(diagram.hiddenEdges);
    return parts.join(FlowGraphView::tr(", "));
}

}  // namespace heapprof::gui
