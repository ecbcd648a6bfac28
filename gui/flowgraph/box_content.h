// The texts of a flow graph's boxes and edges, and the room they need.
#pragma once

#include <QColor>
#include <QFont>
#include <QSizeF>
#include <QString>
#include <optional>
#include <vector>

#include "gui/flowgraph/flow_picture.h"
#include "gui/flowgraph/graph_layout.h"

namespace heapprof::gui {

/// Texts are elided already: they fit their columns. Lengths are in scene units, which are logical pixels at zoom 1.
struct BoxContent {
    struct Row {
        std::optional<LineIndex> line;  ///< none: the row that stands for lines left out in the middle
        QString place;                  ///< "file.py:12"
        QString function;
        QString directory;
    };
    struct Field {
        QString text;  ///< "self / cumulative = share"
        QColor colour;
    };
    std::vector<Row> rows;
    std::vector<Field> fields;  ///< one per instant
    QString growth;             ///< of a difference
    int growthSign = 0;
    QFont font;  ///< of the functions; places are bold, directories smaller
    double rowHeight = 0;
    double placeWidth = 0, functionWidth = 0, directoryWidth = 0;
    QSizeF size;

    static constexpr double kMargin = 7;
    static constexpr double kColumnGap = 9;
};

struct EdgeContent {
    QString label;
    double width = 1;  ///< of the line
    int growthSign = 0;
};

struct DiagramContent {
    std::vector<BoxContent> boxes;  ///< parallel to the diagram's
    std::vector<EdgeContent> edges;
    QFont labelFont;

    /// A label's room is wider than the label by its line's width: dot puts it to the right of the middle of the line.
    /// Among very many edges labels get no room of their own, as laying them out would take too long. The room is
    /// enough for other amounts, too.
    LayoutRequest request(const FlowDiagram& diagram) const;
    QSizeF labelSize(const QString& label) const;

    /// Takes rows, fonts and sizes of the boxes from `before`, and keeps the amounts. Requires pictures of the same
    /// structure and fonts.
    /// Returns whether some box should be far larger or smaller by now.
    bool keepGeometry(const DiagramContent& before);
};

/// Whether both draw the same lines in the same boxes, of the same capture, and the same calls among them, sized in the
/// same way; amounts and instants may differ.
bool haveSameStructure(const FlowPicture& a, const FlowPicture& b);

/// `font` is the widget's. GUI thread (font metrics).
DiagramContent makeContent(const FlowPicture& picture, const QFont& font);

QFont placeFont(const QFont& font);
QFont directoryFont(const QFont& font);

/// Full path, function and amounts of one line of a box; plain text.
QString boxToolTip(const FlowPicture& picture, std::size_t box, std::optional<LineIndex> line);
QString edgeToolTip(const FlowPicture& picture, std::size_t edge);
/// Whether the path or the function of one of the box's lines contains `text`, whatever the case.
bool boxMatches(const FlowPicture& picture, std::size_t box, const QString& text);

}  // namespace heapprof::gui
