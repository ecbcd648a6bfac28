// The summary in words: the same in the window and on the command line.
#pragma once

#include <QString>

#include "core/summary/findings.h"
#include "gui/common/function_names.h"

namespace heapprof::gui {

/// "run_sales.py --days 30"; empty where it is not known.
QString programText(const Metadata& metadata);
/// The same with process, Python and how it was recorded, on one line.
QString aboutText(const Metadata& metadata);
/// What was recorded, when, how: one fact per line.
QString factsText(const Recording& recording);

struct FindingText {
    QString title;   ///< "Peak: 66.2 MiB at 17.230 s"
    QString detail;  ///< "49.5 MiB of it through join_with_customers, reconcile.py:27"
};
FindingText textOf(const Finding& finding, const TraceTable& traces, const FunctionNames& names);

}  // namespace heapprof::gui
