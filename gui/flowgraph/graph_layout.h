// What the layout helper is asked, and what it answers: both sides of the pipe between the two processes.
#pragma once

#include <QByteArray>
#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <cstdint>
#include <optional>
#include <vector>

namespace heapprof::gui {

/// A graph to be laid out. Sizes are in logical pixels, which the helper takes for points. No text goes in: boxes and
/// labels are bare rectangles.
struct LayoutRequest {
    struct Edge {
        std::uint32_t from = 0;  ///< positions in `boxes`
        std::uint32_t to = 0;
        double width = 1;  ///< of the line
        QSizeF label;      ///< room for it; empty: none
    };
    std::vector<QSizeF> boxes;
    std::vector<Edge> edges;

    bool operator==(const LayoutRequest& other) const;
};

/// Where everything goes: y grows downwards, the origin is the picture's top left corner.
struct GraphLayout {
    struct Edge {
        std::vector<QPointF> curve;    ///< 3n + 1 points of n joined cubic Bezier curves, from caller to callee
        QPointF tip;                   ///< of the arrowhead that starts where the curve ends
        std::optional<QPointF> label;  ///< centre; none when the request left no room for one
    };
    QSizeF size;
    std::vector<QPointF> boxes;  ///< centres, parallel to the request's
    std::vector<Edge> edges;     ///< parallel to the request's
};

/// The request in Graphviz' DOT language: node n<i> is box i, the edge attribute id="<i>" names edge i.
QByteArray toDot(const LayoutRequest& request);

/// Reads the helper's answer, lines of numbers with '.' as the decimal point:
///     heapprof-layout 1
///     graph WIDTH HEIGHT
///     node I X Y                      centre, once per box
///     edge I X Y ... TIPX TIPY        3n + 1 points of the curve and the arrow's tip, once per edge
///     label I X Y                     centre, once per edge that has a label
///     end
/// Nothing when it is not complete, well formed and about this request.
std::optional<GraphLayout> parseLayout(const QByteArray& text, const LayoutRequest& request);

}  // namespace heapprof::gui
