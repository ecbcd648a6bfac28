// What the parts of resident memory are called, and what colours they have.
#pragma once

#include <QColor>
#include <QPalette>
#include <QString>

#include "core/state/composition.h"

namespace heapprof::gui {

/// As in a legend: "Python, live".
QString titleOf(CompositionKind kind);
/// What it is, as one sentence without a stop. `composition` is one that has the part.
QString explanationOf(CompositionKind kind, const Composition& composition);
/// What is free in an allocator has the hue of what is in use in it, paler on this palette's base.
QColor colourOf(CompositionKind kind, const QPalette& palette);

/// "180 MiB resident, 0.3 % unexplained".
QString headlineOf(const Composition& composition);
/// When it was read, and what the kernel says of it.
QString accountOf(const Composition& composition);

}  // namespace heapprof::gui
