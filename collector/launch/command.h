// What other processes ask of this one while its program runs.
#pragma once

#include <string>
#include <string_view>

namespace heapprof::program {

/// "start ORDER" (recording_order.h): this process alone is recorded from now on, whatever process the order names.
/// "stop": its recording ends. Returns "ok TEXT" or "no REASON", a line for people. Requires the GIL, and a thread of
/// the main interpreter; throws nothing, and leaves no Python error.
std::string obey(std::string_view command) noexcept;

/// The same for the command in the file FOLDER/command, which is taken away first; does nothing when there is none. The
/// answer becomes the file FOLDER/answer at once and whole. Nothing of this is in a recording.
void obeyIn(const std::string& folder) noexcept;

}  // namespace heapprof::program

/// obeyIn(), as a pending call. Found by its name: see attach/main.cpp.
extern "C" __attribute__((visibility("default"))) int heapprof_obey(void* folder);
