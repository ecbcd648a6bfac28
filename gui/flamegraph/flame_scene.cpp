#include "gui/flamegraph/flame_scene.h"

#include <QLocale>

#include "core/text/text.h"
#include "gui/common/filter_texts.h"
#include "gui/common/frame_labels.h"
#include "gui/common/result_texts.h"
#include "gui/flamegraph/flame_band.h"
#include "gui/flamegraph/flame_instances.h"

namespace heapprof::gui {

QStringList FlameScene::amounts(const Estimate& cumulative) const {
    QString amount = tr("cumulative %1").arg(amountWithUnit(*result, result->amountOf(cumulative)));
    if (const std::string interval = formatInterval(cumulative, result->measure()); !interval.empty())
        amount += tr(" (95 %: %1)").arg(QString::fromStdString(interval));
    QStringList parts{amount};
    if (!result->isDifference())
        parts << tr("%1 of total")
                     .arg(QString::fromStdString(formatShare(cumulative, tree().cumulative[0], result->measure())));
    return parts;
}

QString FlameScene::amount(std::uint32_t node) const {
    return amountText(*result, result->amountOf(tree().cumulative[node]));
}

QString FlameScene::name(std::uint32_t node) const { return nodeName(tree(), node, traces()); }

QString FlameScene::place(std::uint32_t node) const { return nodePlace(tree(), node, traces()); }

QString FlameScene::details(std::uint32_t node, const QString& separator) const {
    const CallTree::Node& shown = tree().nodes[node];
    QStringList parts{nodeText(tree(), node, traces())};
    parts << amounts(tree().cumulative[node]);
    parts << tr("self %1").arg(amountWithUnit(*result, result->amountOf(tree().self[node])));
    const Measure other = otherThan(result->measure());
    parts << QString::fromStdString(formatWithUnit(tree().cumulative[node].of(other), other));
    if (shown.hasFrame) parts << nameOf(moduleOf(traces().file(shown.frame)).kind);
    if (shown.isNative) parts << tr("allocated by native code");
    return parts.join(separator);
}

QString FlameScene::details(const FlameBand& band, const QString& separator) const {
    QStringList parts{tr("frames narrower than a pixel: %1").arg(QLocale().toString(band.count()))};
    parts << amounts(usageOf(band, tree()));
    parts << tr("below %1").arg(nodeLabel(tree(), tree().nodes[band.first].parent, traces()))
          << tr("a click zooms to them");
    return parts.join(separator);
}

QString FlameScene::details(const FlameInstances& instances, const QString& separator) const {
    QStringList parts{QString::fromStdString(placeText(traces(), instances.line))};
    parts << tr("instances: %1").arg(QLocale().toString(static_cast<qulonglong>(instances.nodes.size())));
    parts << amounts(instances.cumulative);
    return parts.join(separator);
}

}  // namespace heapprof::gui
