// What a flow graph says about itself in words.
#pragma once

#include <QString>

#include "gui/flowgraph/flow_picture.h"

namespace heapprof::gui {

/// Why there is no box to draw.
QString emptyText(const FlowPicture& picture);
/// Which instant it shows, and how its boxes are to be read.
QString titleText(const FlowPicture& picture);
/// "12.345 s", or "12.345 s compared with 4.500 s".
QString instantText(const InstantResult& result);
/// How much it leaves out; empty: nothing.
QString hiddenText(const FlowPicture& picture);

}  // namespace heapprof::gui
