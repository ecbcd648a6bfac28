// Tool tips of a flow graph; plain text.
#pragma once

#include <QString>
#include <optional>

#include "gui/flowgraph/flow_picture.h"

namespace heapprof::gui {

/// Full path, function and amounts of one line of a box; of a box without lines what it stands for.
QString boxToolTip(const FlowPicture& picture, std::size_t box, std::optional<LineIndex> line);
QString edgeToolTip(const FlowPicture& picture, std::size_t edge);

}  // namespace heapprof::gui
