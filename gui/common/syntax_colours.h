// The colours of source text.
#pragma once

#include <QColor>
#include <QPalette>

#include "gui/source/syntax.h"

namespace heapprof::gui {

/// Readable on all that lies below text in the palette's theme: panel, chosen, hover.
QColor syntaxColour(SyntaxKind kind, const QPalette& palette);

}  // namespace heapprof::gui
