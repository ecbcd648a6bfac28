#include "gui/flowgraph/flow_tips.h"

#include "core/text/text.h"
#include "gui/flowgraph/flow_graph_view.h"
#include "gui/flowgraph/flow_text.h"

namespace heapprof::gui {
namespace {

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

QString usageText(const Estimate& usage, const Estimate& total, Measure measure) {
    return FlowGraphView::tr("%1, %2 of all")
        .arg(text(formatEstimate(usage, measure)), text(formatShare(usage, total, measure)));
}

QString headOf(const FlowPicture& picture, const FlowDiagram::Box& box, std::optional<LineIndex> line) {
    if (box.kind == FlowDiagram::Kind::Total) return FlowGraphView::tr("All memory that is shown");
    if (box.kind == FlowDiagram::Kind::Other) return FlowGraphView::tr("In no other box: %1").arg(othersText(picture));
    if (!line)
        return FlowGraphView::tr("%1 lines that only lead to each other", nullptr, static_cast<int>(box.lines.size()))
            .arg(box.lines.size());
    const auto function = picture.functions.find(*line);
    const QString place = text(lineText(picture.traces(), *line));
    return function == picture.functions.end() ? place : QStringLiteral("%1 (%2)").arg(place, text(function->second));
}

/// What one box has at one instant, line by line.
QStringList amountsOf(const FlowPicture& picture, const FlowDiagram::Box& box, std::size_t t) {
    const Estimate& total = picture.diagram.total[t];
    const Measure measure = picture.diagram.measure, other = otherThan(measure);
    const auto withOther = [&](const QString& words, const Estimate& usage) {
        return words.arg(usageText(usage, total, measure), text(formatWithUnit(usage.of(other), other)));
    };
    if (box.kind == FlowDiagram::Kind::Total) return {withOther(FlowGraphView::tr("%1, %2"), box.cumulative[t])};
    if (box.kind == FlowDiagram::Kind::Lines)
        return {FlowGraphView::tr("Self: %1").arg(usageText(box.self[t], total, measure)),
                withOther(FlowGraphView::tr("Cumulative: %1, %2"), box.cumulative[t])};
    QStringList amounts{withOther(FlowGraphView::tr("Self: %1, %2"), box.self[t])};
    if (const Estimate& bare = picture.diagram.withoutStack[t]; picture.amountOf(bare) != 0)
        amounts << FlowGraphView::tr("Without a Python stack: %1").arg(usageText(bare, total, measure));
    return amounts;
}

QString invitation(const FlowPicture& picture) {
    if (const auto lower = picture.lowerMinNodeFraction())
        return u'\n' + FlowGraphView::tr("Click: show the greatest of them, from %1 of the total")
                           .arg(text(formatShare(static_cast<std::int64_t>(*lower * 1e6), 1'000'000)));
    return {};
}

QString nameOf(const FlowPicture& picture, const FlowDiagram::Box& box, bool isCaller) {
    if (box.kind == FlowDiagram::Kind::Total) return FlowGraphView::tr("total");
    if (box.kind == FlowDiagram::Kind::Other) return FlowGraphView::tr("other");
    return text(lineText(picture.traces(), isCaller ? box.lines.back() : box.lines.front()));
}

}  // namespace

QString boxToolTip(const FlowPicture& picture, std::size_t box, std::optional<LineIndex> line) {
    const FlowDiagram::Box& source = picture.diagram.boxes[box];
    QStringList rows{headOf(picture, source, line)};
    for (std::size_t t = 0; t < picture.diagram.total.size(); ++t) {
        if (picture.isDifference()) rows << FlowGraphView::tr("At %1:").arg(text(formatTime(picture.diagram.times[t])));
        rows << amountsOf(picture, source, t);
    }
    const QString tip = rows.join(u'\n');
    return source.kind == FlowDiagram::Kind::Other ? tip + invitation(picture) : tip;
}

QString edgeToolTip(const FlowPicture& picture, std::size_t edge) {
    const FlowDiagram::Edge& source = picture.diagram.edges[edge];
    QStringList rows{QStringLiteral("%1 \u2192 %2")
                         .arg(nameOf(picture, picture.diagram.boxes[source.from], true),
                              nameOf(picture, picture.diagram.boxes[source.to], false))};
    for (std::size_t t = 0; t < source.amounts.size(); ++t) {
        const QString at = picture.isDifference()
                               ? FlowGraphView::tr("At %1:").arg(text(formatTime(picture.diagram.times[t]))) + u' '
                               : QString();
        rows << at + FlowGraphView::tr("%1, %2 of the total")
                         .arg(text(formatWithUnit(source.amounts[t], picture.diagram.measure)),
                              text(formatShare(source.amounts[t], picture.amountOf(picture.diagram.total[t]))));
    }
    if (picture.isDifference()) rows << growthText(source.amounts[0], source.amounts[1], picture.diagram.measure);
    if (source.isFaint) rows << FlowGraphView::tr("Dotted: a smaller call, or by way of lines that are hidden");
    return rows.join(u'\n');
}

}  // namespace heapprof::gui
