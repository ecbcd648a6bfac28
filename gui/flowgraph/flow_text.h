// What a flow graph says about itself in words.
#pragma once

#include <QString>

#include "gui/flowgraph/flow_picture.h"

namespace heapprof::gui {

/// Why there is no box to draw.
QString emptyText(const FlowPicture& picture);
/// Which instant it shows, and how its boxes are to be read.
QString titleText(const FlowPicture& picture);
/// How much it leaves out; empty: nothing.
QString hiddenText(const FlowPicture& picture);
/// What the box of the others stands for.
QString othersText(const FlowPicture& picture);
/// "+1.50 KiB (+12.0 %)"; without a percentage when there was nothing before.
QString growthText(std::int64_t before, std::int64_t after, Measure measure);

}  // namespace heapprof::gui
