// What the time plot draws: computed off the GUI thread, immutable.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/capture/capture.h"
#include "core/state/peak.h"
#include "core/state/time_series.h"
#include "gui/document/counted.h"
#include "gui/document/plot_marks.h"

namespace heapprof::gui {

/// Which part of the time axis, and how finely.
struct PlotRange {
    struct Span {
        Micros begin, end;
        bool operator==(const Span&) const = default;
    };
    std::optional<Span> span;  ///< unset: all there is, growing with the capture
    std::size_t steps = 1000;  ///< one per pixel

    bool operator==(const PlotRange&) const = default;
};

struct PlotResult {
    /// One line of code over time.
    struct Line {
        LineIndex line;
        std::vector<std::int64_t> amounts;  ///< greatest in each step of `total`
        std::vector<double> share;          ///< of the total, 0 to 1, at the end of each step
    };

    std::shared_ptr<const CaptureInfo> info;
    Counted counted;                     ///< whose memory it is, and in what measure
    Micros begin, end;                   ///< of what was asked for
    Micros last;                         ///< end of everything known
    std::vector<TotalStep> total;        ///< within [begin, end]
    std::vector<TotalStep> provisional;  ///< what follows `total` and is known from chunk headers only
    /// The whole time axis, coarsely, whichever part of it was asked for: of many events as if all of a bucket of the
    /// digest had happened at its end.
    struct Whole {
        std::vector<TotalStep> total;
        std::vector<TotalStep> provisional;
    };
    std::shared_ptr<const Whole> whole;  ///< null while it is not known
    Micros read;                         ///< up to where the log has been read
    std::optional<Peak> peak;
    bool isRough = false;     ///< as the digest's buckets alone tell: without peak and errors; the exact one follows
    bool isComplete = false;  ///< the log has been read to its end, and no more is written
    bool isSampled = false;   ///< whether steps carry an error
    std::vector<Line> lines;  ///< the pinned lines, in their order
    std::optional<Line> selected;
    PlotMarks marks;
};

}  // namespace heapprof::gui
