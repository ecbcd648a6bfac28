// What filters are called.
#pragma once

#include <QString>

#include "core/traces/frame_grouping.h"
#include "gui/state/trace_filter.h"

namespace heapprof::gui {

/// Whose code it is: "own code", "standard library".
QString nameOf(ModuleKind code);
/// "module csv", "line reconcile.py:27".
QString nameOf(const TraceFilter& filter, const TraceTable& traces);
/// "only module csv", "not module csv".
QString textOf(const TraceFilter& filter, const TraceTable& traces);

}  // namespace heapprof::gui
