// When, by the clock on the wall, something in a recording was.
#pragma once

#include <QString>

#include "core/capture/capture.h"

namespace heapprof::gui {

/// "11:37:05", local time; empty when the capture does not tell when it began.
QString timeOfDay(const CaptureInfo& info, Micros time);
/// "2026-11-28 11:36:10", when the recording began, local time; empty when that is not known.
QString beginningOf(const CaptureInfo& info);

}  // namespace heapprof::gui
