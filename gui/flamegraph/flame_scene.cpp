#include "gui/flamegraph/flame_scene.h"

#include <QLocale>
#include <QStringList>
#include <cmath>

#include "core/text/text.h"
#include "gui/common/frame_labels.h"

namespace heapprof::gui {

QString FlameScene::amount(std::uint32_t node) const {
    const std::int64_t bytes = tree().cumulative[node].bytes;
    return QString::fromStdString(result->isDifference() ? formatSignedBytes(bytes) : formatBytes(bytes));
}

QString FlameScene::label(std::uint32_t node) const { return nodeLabel(tree(), node, traces()); }

QString FlameScene::details(std::uint32_t node, const QString& separator) const {
    const Estimate& cumulative = tree().cumulative[node];
    const Estimate& self = tree().self[node];
    const auto bytes = [this](std::int64_t count) {
        return QString::fromStdString(result->isDifference() ? formatSignedBytes(count) : formatBytes(count));
    };
    QString amounts = tr("%1 with what it calls").arg(bytes(cumulative.bytes));
    if (const std::string interval = formatInterval(cumulative); !interval.empty())
        amounts += tr(" (95 %: %1)").arg(QString::fromStdString(interval));
    QStringList parts{nodeText(tree(), node, traces()), amounts};
    if (!result->isDifference()) {
        parts << tr("%1 of total").arg(QString::fromStdString(formatShare(cumulative, tree().cumulative[0])));
    }
    parts << tr("%1 itself").arg(bytes(self.bytes));
    parts << tr("blocks: %1").arg(QLocale().toString(static_cast<qlonglong>(cumulative.blocks)));
    return parts.join(separator);
}

}  // namespace heapprof::gui
