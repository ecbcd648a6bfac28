// A recording that begins when resident memory asks for it, and ends by itself.
#pragma once

#include <string>

#include "collector/recording/recording_order.h"

namespace heapprof::trigger {

/// Waits until order.trigger holds, records this process alone as the order says, and ends that as the trigger says; in
/// a thread that Python does not know and that reads resident memory twenty times a second. Forked children do the
/// same, each for its own memory and to files of its own name. `isRecording`: it has begun, and only its end is waited
/// for. Once in a process. Requires the GIL. When no thread is to be had, that is said.
void start(const RecordingOrder& order, bool isRecording);

/// What to say of it at the end of this process, whose recording is over or never began; empty otherwise.
std::string outcome();

}  // namespace heapprof::trigger
