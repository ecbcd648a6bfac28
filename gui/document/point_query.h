// Computes what is in use at single instants: the numbers at cursors and under the mouse.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/capture/capture.h"
#include "core/state/snapshot.h"
#include "gui/document/counted.h"

namespace heapprof::gui {

struct PointRequest {
    Recording recording;
    std::vector<Instant> instants;
    std::vector<LineIndex> lines;  ///< whose memory is asked for, too
    Counted counted;
};

/// Exactly what snapshotAt() has.
struct PointResult {
    struct Point {
        Instant instant;
        Estimate total;
        std::vector<Estimate> lines;  ///< parallel to `lines` below
    };
    std::vector<Point> points;  ///< those asked for that the digest reaches
    std::vector<LineIndex> lines;
    Counted counted;

    /// Null when it is not known.
    const Point* at(const Instant& instant) const;
};

/// One thread at a time.
class PointQuery {
public:
    /// Null when nothing has been digested or `stop` was requested. Throws FileError.
    std::shared_ptr<const PointResult> compute(const PointRequest& request, std::stop_token stop);

private:
    /// The traces through one line, while `info` holds them.
    struct Known {
        LineIndex line;
        std::shared_ptr<const CaptureInfo> info;
        TraceSet traces;
    };
    const TraceSet& tracesOf(const PointRequest& request, LineIndex line);

    std::vector<Known> m_known;
};

}  // namespace heapprof::gui
