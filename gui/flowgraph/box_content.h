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
        bool isTitle = false;  ///< of a box without lines
    };
    struct Field {
        QString text;  ///< "self / cumulative = share"; without self in a box without lines
        QColor colour;
    };
    FlowDiagram::Kind kind = FlowDiagram::Kind::Lines;
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

    /// Takes fonts, sizes and, where it has lines, rows from `before`, which is of the same lines, and keeps the
    /// amounts. Returns whether it should be far larger or smaller by now.
    bool keepGeometry(const BoxContent& before);
};

struct EdgeContent {
    QString label;     ///< empty: none
    double width = 1;  ///< of the line
    int growthSign = 0;
    bool isFaint = false;  ///< as in FlowDiagram
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
    /// The pixels of the smallest letters in the picture, at zoom 1.
    int smallestLetters() const;
};

/// `font` is the widget's. GUI thread (font metrics).
DiagramContent makeContent(const FlowPicture& picture, const QFont& font);

QFont placeFont(const QFont& font);
QFont directoryFont(const QFont& font);

}  // namespace heapprof::gui
