// The picture of a flow graph: boxes and edges in place, and what stands out among them.
#pragma once

#include <QGraphicsScene>
#include <memory>
#include <optional>
#include <vector>

#include "gui/flowgraph/flow_items.h"
#include "gui/flowgraph/flow_picture.h"

namespace heapprof::gui {

/// Boxes are named by their position in the diagram. Knows no view and no state: it is told what to highlight.
class FlowScene : public QGraphicsScene {
    Q_OBJECT

public:
    struct Hit {
        std::size_t box = 0;
        std::optional<LineIndex> line;  ///< under the point; below the rows, the box's last line, if it has any
    };

    explicit FlowScene(QObject* parent = nullptr);

    /// Replaces everything. `layout` belongs to `content.request(picture->diagram)`. What was highlighted stays so
    /// where the new picture has it.
    void setPicture(std::shared_ptr<const FlowPicture> picture, DiagramContent content, const GraphLayout& layout);
    /// Leaves what there was where it was, the mouse's path included: `layout` is of the same
    /// boxes as that of picture(), or of some of them.
    void setAmounts(std::shared_ptr<const FlowPicture> picture, DiagramContent content, const GraphLayout& layout);
    /// What picture() is drawn with.
    const DiagramContent& content() const { return m_content; }
    /// Null before the first picture.
    const FlowPicture* picture() const { return m_picture.get(); }
    /// Around all boxes, edges and labels.
    QRectF graphRect() const { return m_graphRect; }

    std::size_t boxCount() const { return m_boxes.size(); }
    QRectF boxRect(std::size_t box) const;
    /// Whether it can be selected; else it is the root or the others'.
    bool isOfLines(std::size_t box) const;
    std::optional<std::size_t> boxOf(LineIndex line) const;
    std::optional<Hit> boxAt(const QPointF& point) const;
    QString toolTipAt(const QPointF& point) const;
    const ItemLook& boxLook(std::size_t box) const { return m_boxes[box]->look(); }

    void setSelectedLine(std::optional<LineIndex> line);
    /// Lights the box and all that lead to it or are reached from it.
    void setHovered(std::optional<std::size_t> box);
    /// Dims all but the box of the line, its callers and its callees, near and far.
    void setFocus(std::optional<LineIndex> line);
    /// Whether the focused line is in the picture.
    bool isFocused() const { return m_focus && boxOf(*m_focus).has_value(); }
    /// Around the boxes that the focus leaves bright; everything without a focus.
    QRectF focusRect() const;
    /// Marks the boxes of lines that match, in this picture and in those to come; null: none.
    void setMatches(std::shared_ptr<const SearchMatches> matches);
    /// Of this picture, the box of the greatest match first.
    const std::vector<std::size_t>& matches() const { return m_matches; }
    /// The match that the search is at.
    void setCurrentMatch(std::optional<LineIndex> line);

    /// Lights the heaviest path of this picture and those to come, while the mouse lights no other.
    void setPathLit(bool lit);
    bool isPathLit() const { return m_isPathLit; }
    /// The boxes of the path that is lit, from its beginning.
    std::vector<std::size_t> litPath() const;

    enum class Direction { Up, Down, Left, Right };
    /// Where an arrow key leads to: the caller or callee that shares most, or the next box of lines beside it.
    std::optional<std::size_t> neighbour(std::size_t box, Direction direction) const;

    /// The whole picture in scene units, without what is only lit by the mouse.
    void draw(QPainter& painter, const QPalette& palette);

private:
    void updateLooks();
    void findMatches();

    std::shared_ptr<const FlowPicture> m_picture;
    DiagramContent m_content;       // the items refer to it
    std::vector<BoxItem*> m_boxes;  // parallel to the diagram's; the scene owns them
    std::vector<EdgeItem*> m_edges;
    QRectF m_graphRect;
    std::optional<LineIndex> m_selected;
    std::optional<std::size_t> m_hovered;
    std::optional<LineIndex> m_focus;
    bool m_isPathLit = false;
    std::shared_ptr<const SearchMatches> m_search;
    std::vector<std::size_t> m_matches;
    std::optional<LineIndex> m_currentMatch;
};

}  // namespace heapprof::gui
