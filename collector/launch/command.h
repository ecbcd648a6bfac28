// What other processes ask of this one while its program runs.
#pragma once

#include <string>
#include <string_view>

#include "collector/recording/recording_order.h"

namespace heapprof::program {

/// "start ORDER" (recording_order.h): this process alone is recorded from now on, whatever process the order names.
/// "sample RULE": its recording goes on by that rule. "stop": its recording ends. Returns "ok TEXT" or "no REASON", a
/// line for people. Requires the GIL, and a thread of the main interpreter; throws nothing, and leaves no Python error.
/// Not noexcept: Python may end the thread within.
std::string obey(std::string_view command);

/// As "start" with this order, whose names and whose quiet hold.
std::string record(const RecordingOrder& order);

}  // namespace heapprof::program
