// Draws what happened beside allocations: phases, marks, pauses, collections, lost events.
#pragma once

#include "gui/timeplot/plot_painter.h"

namespace heapprof::gui {

/// `plot.marks` is set. Phases and labels lie in the plot's header, lines and ticks over the curves.
void paintMarks(QPainter& painter, const PlotDecoration& plot, const QPalette& palette, const QFont& font);

/// What the line of marks says at one place.
struct MarkLabel {
    Micros time;
    bool isLoss = false;  ///< of events, not a mark of the program
    QString text;
    double x = 0;  ///< of its line
    QRectF area;   ///< of its text, which may be elided there; empty: there is no room
};
/// Those in sight, from left to right. `plot.marks` is set.
std::vector<MarkLabel> markLabels(const PlotDecoration& plot, const QFont& font);

/// The colour of phases of that name.
QColor phaseColour(const QString& name);
/// Sentences about what lies within `reach` of `time`, for the bubble under the mouse; with a colour where it has one.
std::vector<std::pair<QColor, QString>> markTexts(const PlotMarks& marks, Micros time, Micros reach);

}  // namespace heapprof::gui
