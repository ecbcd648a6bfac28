#include "gui/flowgraph/flow_text.h"

#include <algorithm>
#include <cstdlib>

#include "core/text/text.h"
#include "gui/common/result_texts.h"
#include "gui/flowgraph/flow_graph_view.h"

namespace heapprof::gui {

namespace {

QString smallerLines(std::size_t count) {
    return count == 1 ? FlowGraphView::tr("1 smaller line")
                      : FlowGraphView::tr("%L1 smaller lines", nullptr, static_cast<int>(count)).arg(count);
}

}  // namespace

QString emptyText(const FlowPicture& picture) {
    const bool noMemory = std::all_of(picture.diagram.total.begin(), picture.diagram.total.end(),
                                      [&](const Estimate& total) { return picture.amountOf(total) == 0; });
    if (noMemory) return FlowGraphView::tr("No recorded memory is alive at this instant.");
    if (picture.knownLines == 0)
        return FlowGraphView::tr("No Python stack is known for the memory alive at this instant.");
    return FlowGraphView::
        tr("All %L1 lines are smaller than %2 of the total. Move \u201cSmallest line\u201d to the left to see them.",
           nullptr, static_cast<int>(picture.knownLines))
            .arg(picture.knownLines)
            .arg(QString::fromStdString(
                formatShare(static_cast<std::int64_t>(picture.options.minNodeFraction * 1e6), 1'000'000)));
}

QString titleText(const FlowPicture& picture) {
    const FlowDiagram& diagram = picture.diagram;
    const auto at = [&](std::size_t t) {
        return std::pair(QString::fromStdString(formatTime(diagram.times[t])),
                         QString::fromStdString(formatWithUnit(picture.amountOf(diagram.total[t]), diagram.measure)));
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
    if (diagram.hiddenNodes > 0) parts << FlowGraphView::tr("%1 hidden").arg(smallerLines(diagram.hiddenNodes));
    if (diagram.hiddenEdges == 1) parts << FlowGraphView::tr("1 smaller call hidden");
    if (diagram.hiddenEdges > 1)
        parts << FlowGraphView::tr("%L1 smaller calls hidden", nullptr, static_cast<int>(diagram.hiddenEdges))
                     .arg(diagram.hiddenEdges);
    return parts.join(FlowGraphView::tr(", "));
}

QString othersText(const FlowPicture& picture) {
    const FlowDiagram& diagram = picture.diagram;
    const bool isAllOnLines =
        std::ranges::all_of(diagram.withoutStack, [&](auto& usage) { return picture.amountOf(usage) == 0; });
    if (isAllOnLines) return smallerLines(diagram.hiddenNodes);
    if (diagram.hiddenNodes == 0) return FlowGraphView::tr("without a Python stack");
    return FlowGraphView::tr("%1; without a stack").arg(smallerLines(diagram.hiddenNodes));
}

QString growthText(std::int64_t before, std::int64_t after, Measure measure) {
    const QString change = QString::fromStdString(formatSignedAmount(after - before, measure));
    if (before <= 0 || after == before) return change;
    const QString share = QString::fromStdString(formatShare(std::abs(after - before), before));
    return QStringLiteral("%1 (%2%3)").arg(change, after > before ? QStringLiteral("+") : QStringLiteral("-"), share);
}

}  // namespace heapprof::gui
