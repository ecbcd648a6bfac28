// The rows of a source file: each of its lines with what it holds.
#pragma once

#include <memory>

#include "gui/traces/usage_rows.h"

namespace heapprof::gui {

/// Number, cumulative, share, self and text of every line of the file that `line` lies in; no rows where it cannot be
/// read. Their note says when it was changed after the recording. Reads the file: not for the GUI thread.
std::shared_ptr<const UsageRows> makeSourceRows(std::shared_ptr<const InstantResult> result, LineIndex line);

}  // namespace heapprof::gui
