// A view state as text, to be kept and found again.
#pragma once

#include <QJsonObject>

#include "core/capture/trace_table.h"
#include "gui/state/view_state.h"

namespace heapprof::gui {

/// What the views show but for the search. Lines and functions are named by number and by text.
QJsonObject toJson(const ViewState& state, const TraceTable& traces);
/// What of `json`, which may be anything, is possible and names what `traces` holds; else as a new state has it.
ViewState viewStateOf(const QJsonObject& json, const TraceTable& traces);

}  // namespace heapprof::gui
