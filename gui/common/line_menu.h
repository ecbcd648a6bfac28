// What can be done with the selected line, the same wherever it was clicked.
#pragma once

#include "core/capture/capture.h"
#include "gui/state/trace_filter.h"

class QMenu;

namespace heapprof::gui {

class ViewStateStore;

/// Adds to `menu`: plot the line, show only the stacks through the line, its function, file or module, or all but
/// those, copy its place, open it in the user's editor. Adds nothing when no line of the capture is selected.
void addLineActions(QMenu& menu, ViewStateStore& store, const CaptureInfo& info);

/// Of these all but the filters.
void addLineCommands(QMenu& menu, ViewStateStore& store, const CaptureInfo& info);
/// Of these the filters alone.
void addLineFilters(QMenu& menu, ViewStateStore& store, const CaptureInfo& info);
/// Adds to `menu`: only what `filter` leaves, or all but that.
void addFilterActions(QMenu& menu, ViewStateStore& store, TraceFilter filter, const TraceTable& traces);

/// Empties a menu that is filled anew each time it is shown, submenus included.
void clearMenu(QMenu& menu);

}  // namespace heapprof::gui
