// Findings as sentences.
#pragma once

#include <QString>

#include "core/summary/findings.h"
#include "gui/common/function_names.h"

namespace heapprof::gui {

struct FindingText {
    QString title;   ///< "Peak: 66.2 MiB at 17.230 s"
    QString detail;  ///< "49.5 MiB of it through join_with_customers, reconcile.py:27"
};
FindingText textOf(const Finding& finding, const TraceTable& traces, const FunctionNames& names);

}  // namespace heapprof::gui
