// The summary in words: the same in the window and on the command line.
#pragma once

#include <QString>

#include "core/summary/findings.h"
#include "gui/common/function_names.h"

namespace heapprof::gui {

/// Program, process, Python and how it was recorded, on one line; without arguments.
QString aboutText(const CaptureInfo& info);
/// What was recorded, when, how: one fact per line.
QString factsText(const Recording& recording);

struct FindingText {
    QString title;   ///< "Peak: 66.2 MiB at 17.230 s"
    QString detail;  ///< "49.5 MiB of it through join_with_customers, reconcile.py:27"
};
FindingText textOf(const Finding& finding, const CaptureInfo& info, const FunctionNames& names);

}  // namespace heapprof::gui
