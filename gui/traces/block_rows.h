// The rows of tables about single blocks and their history: what grows, how large blocks are, how long they live.
#pragma once

#include <memory>
#include <stop_token>

#include "gui/traces/usage_rows.h"

namespace heapprof::gui {

/// Lines of code that grow or shrink steadily over the result's interval, or from the beginning to its instant: what
/// they grow by an hour, the least that is sure, and what they have at both ends. Reads the digest: not for the GUI
/// thread.
std::shared_ptr<const UsageRows> makeGrowthRows(std::shared_ptr<const InstantResult> result, std::stop_token stop = {});

/// How large the blocks are that the result is about, in powers of two. Known of what is alive at an instant and of all
/// that was allocated in an interval; otherwise no rows. Reads events: not for the GUI thread.
std::shared_ptr<const UsageRows> makeSizeRows(std::shared_ptr<const InstantResult> result, std::stop_token stop = {});

/// How long the blocks live that were allocated in the result's interval, or from the beginning to its instant, as far
/// as the recording goes. No rows where the log cannot tell. Reads events: not for the GUI thread.
std::shared_ptr<const UsageRows> makeLifetimeRows(std::shared_ptr<const InstantResult> result,
                                                  std::stop_token stop = {});

}  // namespace heapprof::gui
