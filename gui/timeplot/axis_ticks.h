// Where an axis has its ticks, and how they read: bytes in binary units, blocks, elapsed time in the unit that fits.
#pragma once

#include <QString>
#include <vector>

#include "core/measure.h"
#include "core/units.h"

namespace heapprof::gui {

struct Tick {
    double value = 0;  ///< microseconds, bytes, blocks, or a share
    QString label;
};

struct AxisTicks {
    double interval = 1;  ///< ticks lie at multiples of it
    std::vector<Tick> ticks;
};

/// At most about `most` ticks within [begin, end], which is not empty.
AxisTicks timeTicks(Micros begin, Micros end, int most);
/// From 0 to `top` bytes or blocks.
AxisTicks amountTicks(double top, int most, Measure measure);
/// From 0 to `top`, a share between 0 and 1, written in percent.
AxisTicks shareTicks(double top, int most);

}  // namespace heapprof::gui
