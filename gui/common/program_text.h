// The name of a program, the same wherever one is named.
#pragma once

#include <QString>

#include "core/capture/program.h"

namespace heapprof::gui {

/// "run_sales.py --days 30", "python -m pytest -q", "multiprocessing worker"; on one line, however long; empty where
/// it is not known.
QString textOf(const Program& program);
/// The same without the arguments, for places that hold more beside it: "run_sales.py", "python -m pytest".
QString nameOf(const Program& program);

}  // namespace heapprof::gui
