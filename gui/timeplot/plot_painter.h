// What lies over the charts of the time plot: labels, cursors, the peak, the bubble under the mouse.
#pragma once

#include <QColor>
#include <QFont>
#include <QPainter>
#include <QPalette>
#include <QRectF>
#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

#include "gui/document/plot_marks.h"
#include "gui/timeplot/axis_ticks.h"
#include "gui/timeplot/plot_layout.h"

namespace heapprof::gui {

/// The plot's axes, in the widget's coordinates.
struct PlotFrame {
    QString title;
    QRectF plotArea;
    double top = 1;  ///< value at the upper edge
    AxisTicks ticks;
};

/// A vertical line with a label.
struct PlotCursor {
    Micros time;
    QString label;
    QColor colour;
    bool isDashed = false;
};

struct PlotDecoration {
    Micros begin, end;
    PlotFrame frame;
    AxisTicks timeTicks;
    std::vector<PlotCursor> cursors;
    std::optional<std::pair<Micros, Micros>> shaded;  ///< between two compared times
    struct Callout {
        Micros time;
        double value = 0;
        QString label;
    };
    std::optional<Callout> peak;
    std::vector<PlotLegendEntry> legend;
    const PlotMarks* marks = nullptr;  ///< null: there are none
    std::vector<PlotSwitch> switches;
    PlotHeader header;
    struct Hover {
        QPointF position;
        std::vector<std::pair<QColor, QString>> texts;
    };
    std::optional<Hover> hover;
    QString message;    ///< instead of curves
    QString beginning;  ///< when the recording began; empty: not known. Said on pages, which have no window around them

    /// What the bubble under the mouse says; empty without one.
    QStringList hoverTexts() const;
    double xOf(Micros time) const;
    double yOf(double value) const;
};

/// Where the peak's dot lies, with some room around it for the mouse, and its label. `plot` has a peak; the label is
/// empty while the peak is out of sight.
QRectF peakDot(const PlotDecoration& plot);
QRectF peakLabel(const PlotDecoration& plot, const QFont& font);

void paintDecoration(QPainter& painter, const PlotDecoration& plot, const QPalette& palette, const QFont& font);
/// The part of paintDecoration that follows the mouse, and the area it covers.
void paintHover(QPainter& painter, const PlotDecoration& plot, const QPalette& palette, const QFont& font);

}  // namespace heapprof::gui
