// Colours that more than one view draws with.
#pragma once

#include <QColor>
#include <QPalette>

namespace heapprof::gui {

/// Whether light text stands on a dark base.
bool isDark(const QPalette& palette);
/// Of what the search finds.
QColor matchColour(const QPalette& palette);
/// Behind texts of what the search finds, or of the one that it is at.
QColor matchBackground(const QPalette& palette, bool isAt);
/// Orange for growth (`sign` above 0), blue for shrinkage, the text's own for neither; readable on the palette's base,
/// and apart for people who cannot tell red from green.
QColor changeColour(int sign, const QPalette& palette);
/// Of curve number `position` in a plot: told apart on light and on dark ground, and by people who confuse red and
/// green.
QColor seriesColour(std::size_t position);

}  // namespace heapprof::gui
