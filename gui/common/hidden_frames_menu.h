// Which code is cut out of the stacks: a menu to choose it, and what it is called.
#pragma once

#include <QString>

#include "core/traces/shown_frames.h"

class QMenu;

namespace heapprof::gui {

class ViewStateStore;

/// Adds to `menu` an entry for each kind of code, ticked where its frames are hidden, and the modules hidden one by
/// one.
void addHiddenFrames(QMenu& menu, ViewStateStore& store);
/// What is hidden beyond the interpreter's own frames: "standard library, csv"; empty when nothing is.
QString textOf(const HiddenFrames& hidden);

}  // namespace heapprof::gui
