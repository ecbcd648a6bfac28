// The summary of a capture, printed.
#pragma once

#include <QString>

namespace heapprof::gui {

/// Digests the capture, with its progress on stderr, and prints what the summary page says, the processes of its run
/// included. Returns 0, or 1 when the capture cannot be read; the reason is one line on stderr.
int runSummaryCommand(const QString& capture);

}  // namespace heapprof::gui
