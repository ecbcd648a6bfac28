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

/// How good a layout Graphviz looks for. Its time has no useful bound at `Full`: 72 boxes with 226 calls among them
/// take from a tenth of a second to a minute.
enum class LayoutEffort {
    Full,     ///< the best order of boxes it knows, and curves around them; beyond 250 edges it is limited all the same
    Limited,  ///< few rounds of improvement, straight lines
};

/// The request in Graphviz' DOT language: node n<i> is box i, the edge attribute id="<i>" names edge i.
QByteArray toDot(const LayoutRequest& request, LayoutEffort effort);

/// What goes through the pipe in both directions, one after the other: a line "KIND LENGTH", then LENGTH bytes. KIND is
/// "graph" for a request, "layout" for its answer.
QByteArray toFrame(const QByteArray& kind, const QByteArray& content);

/// Cuts the bytes of a pipe, in whatever pieces they come, into frames of one kind.
class FrameReader {
public:
    static constexpr qsizetype kMaxLength = qsizetype{64} << 20;

    explicit FrameReader(QByteArray kind) : m_kind(std::move(kind)) {}

    void add(const QByteArray& bytes) { m_bytes += bytes; }
    /// The content of the first frame, once it is there as a whole.
    std::optional<QByteArray> take();
    /// Whether what has come is not the beginning of such a frame.
    bool isBroken() const { return m_isBroken; }
    /// Whether nothing waits to be taken, not even a part of a frame.
    bool isEmpty() const { return m_bytes.isEmpty(); }

private:
    QByteArray m_kind, m_bytes;
    bool m_isBroken = false;
};

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
