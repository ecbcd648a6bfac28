// The window's one sheet of colours, type and spacing.
#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QString>

namespace heapprof::gui {

/// Logical pixels: every margin and gap is a multiple.
inline constexpr int kGrid = 4;

/// What the palette has no role for. Texts read on `panel` with a contrast of 4.5:1 and more.
struct Tones {
    QColor panel;   ///< what views lie on
    QColor line;    ///< between panes, around fields
    QColor chip;    ///< behind segments, chips and meters
    QColor hover;   ///< under the mouse
    QColor chosen;  ///< behind what is chosen
    QColor dim;     ///< second-rank text
    QColor accent;  ///< what is active
    QColor cursor;  ///< the instant A
    QColor own;     ///< the hue of the program's own code; meters
};
Tones tonesOf(bool isDark);
/// Those of the palette that a widget has.
Tones tonesOf(const QPalette& palette);

QPalette paletteOf(bool isDark);
/// For the whole application.
QString styleSheetOf(bool isDark);

/// The desktop's own font where there is a desktop, Inter without one where it is installed.
QFont textFont();
/// Of the size of `text`, for code and places in it.
QFont codeFont(const QFont& text);
/// Larger than `text`, for the one number that matters.
QFont headlineFont(QFont text);
/// Smaller, for what explains a picture.
QFont smallFont(QFont text);
/// Smaller, bold and wide, for the titles of parts.
QFont captionFont(QFont text);

}  // namespace heapprof::gui
