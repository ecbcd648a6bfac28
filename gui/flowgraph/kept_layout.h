// The last layout, for as long as it serves.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "gui/flowgraph/box_content.h"

namespace heapprof::gui {

/// So that scrubbing moves nothing: a picture whose boxes and edges were all laid out before is drawn with that layout.
class KeptLayout {
public:
    /// `content` and `layout` are those of `picture`.
    void keep(std::shared_ptr<const FlowPicture> picture, DiagramContent content, GraphLayout layout);

    struct Known {
        GraphLayout layout;
        /// Some box should be far larger or smaller by now, or most of what was laid out is gone.
        bool isWorn = false;
    };
    /// The layout of `picture`, which asks the same of the same capture, at whatever instant; nothing when it shows
    /// something that was not laid out. Then `content` has the sizes and fonts that belong to the layout.
    std::optional<Known> of(const FlowPicture& picture, DiagramContent& content) const;

private:
    using BoxKey = std::pair<FlowDiagram::Kind, std::vector<LineIndex>>;

    bool isOfSameQuestion(const FlowPicture& picture, const DiagramContent& content) const;

    std::shared_ptr<const FlowPicture> m_picture;
    DiagramContent m_content;
    GraphLayout m_layout;
    std::map<BoxKey, std::uint32_t> m_boxes;  // positions in the diagram
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> m_edges;
};

}  // namespace heapprof::gui
