// The rows of the table of generations: what each of many intervals in a row left behind.
#pragma once

#include <memory>
#include <stop_token>

#include "gui/traces/usage_rows.h"

namespace heapprof::gui {

/// Of the result's interval, or of the time from the beginning to its instant: what was allocated between each two of
/// the program's marks - where there are none, of the borders of its phases, and without these in equal intervals -,
/// what of it is alive at the end, and the line behind most of that. No rows where the log cannot tell. Reads events:
/// not for the GUI thread.
std::shared_ptr<const UsageRows> makeGenerationRows(std::shared_ptr<const InstantResult> result,
                                                    std::stop_token stop = {});

}  // namespace heapprof::gui
