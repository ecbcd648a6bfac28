// What of the marks lies under the mouse, and which comes next.
#pragma once

#include <optional>

#include "gui/timeplot/plot_painter.h"

namespace heapprof::gui {

/// A moment, or an interval, that something in the plot stands for.
struct MarkHit {
    Micros begin;
    std::optional<Micros> end;  ///< of a phase; of one that goes on, the end of what is drawn
};

/// The phase whose band lies at `position`, the mark whose label or line, in the header, or the collection whose tick
/// lies there. `plot.marks` may be null.
std::optional<MarkHit> markAt(const PlotDecoration& plot, const QPointF& position, const QFont& font);

/// The nearest mark, begin or end of a phase after `time`, or before it; nothing where there is no further one in
/// sight.
std::optional<Micros> nextMark(const PlotDecoration& plot, Micros time, bool isForward);

}  // namespace heapprof::gui
