// Where the parts of the time plot lie.
#pragma once

#include <QColor>
#include <QFont>
#include <QRectF>
#include <QString>
#include <cstdint>
#include <vector>

namespace heapprof::gui {

struct PlotLegendEntry {
    QString text;  ///< plain text, elided where it does not fit
    QColor colour;
    QRectF area;    ///< of the entry
    QRectF remove;  ///< of the cross that takes the line out of the plot
    bool isSelected = false;
};

/// A legend entry that shows or hides curves.
struct PlotSwitch {
    enum class Of : std::uint8_t { Resident, Kinds };
    Of of;
    QString text;
    QColor colour;
    QRectF area;
    bool isOn = true;
    bool isOffer = false;  ///< of what else there is: a text alone
};

/// What lies above the first row's curves: its title, then the labels of the time cursors, phases, labels of marks.
struct PlotHeader {
    std::uint32_t lanes = 0;  ///< of phases that have room
    bool hasMarks = false;    ///< there is room for a line of marks' labels
    double titleTop = 0;      ///< from here on downwards
    double cursorTop = 0;
    double phaseTop = 0;
    double markTop = 0;
    double lineHeight = 0;  ///< of a phase, and of a mark's label
};

/// Labels of the plot are a little smaller than other text.
QFont plotFont(QFont font);

/// The header of a plot of `height` for a timeline with that many lanes of phases: what would take too much of the plot
/// is left out.
PlotHeader plotHeader(double height, const QFont& font, std::uint32_t lanes, bool hasMarks);
/// Where the curves lie when the widget has `size`: room for labels at the left, above and below.
QRectF plotArea(const QSizeF& size, const QFont& font, const PlotHeader& header);
/// Fills in where the entries stand: at the right end of the title's line, the switches at last. What a title leaves is
/// shared: long texts are elided, short ones not.
void placeLegend(std::vector<PlotLegendEntry>& legend, std::vector<PlotSwitch>& switches, const PlotHeader& header,
                 const QRectF& area, const QFont& font);

}  // namespace heapprof::gui
