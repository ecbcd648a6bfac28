// The processes of a run in words: the same in the window and on the command line.
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "core/summary/run_overview.h"
#include "gui/common/capture_list.h"

namespace heapprof::gui {

/// "peak 40.7 MiB", "12.345 s", "still being recorded": what there is to compare captures by, as far as it is known.
QStringList factsOf(const Overview& overview);
/// Its members in their order, then what cannot be read.
std::vector<CaptureRow> rowsOf(const RunOverview& run);
/// "Most memory: work.py, process 24673, 40.7 MiB", where another process had far more than the one asked for.
QString mostMemoryText(const RunOverview& run);
/// All of it, one process per line; empty where the run has no other process.
QStringList linesOf(const RunOverview& run);

}  // namespace heapprof::gui
