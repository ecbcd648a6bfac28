#include "gui/flamegraph/flame_instances.h"

#include <algorithm>

namespace heapprof::gui {

FlameInstances instancesOf(const FlameScene& scene, LineIndex line) {
    FlameInstances instances{line, nodesOnLine(scene.tree(), scene.traces(), line), {}};
    const auto& lines = scene.result->lines().lines;
    const auto usage = std::ranges::find(lines, line, &LineUsage::line);
    if (usage != lines.end()) instances.cumulative = usage->cumulative;
    return instances;
}

}  // namespace heapprof::gui
