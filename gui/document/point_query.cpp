#include "gui/document/point_query.h"

#include <algorithm>

namespace heapprof::gui {

const PointResult::Point* PointResult::at(const Instant& instant) const {
    const auto found = std::ranges::find(points, instant, &Point::instant);
    return found == points.end() ? nullptr : &*found;
}

std::shared_ptr<const PointResult> PointQuery::compute(const PointRequest& request, std::stop_token stop) {
    const Recording& recording = request.recording;
    if (!recording.hasEvents()) return nullptr;
    const TraceSet counted = request.counted.traces(recording);
    const bool isWhole = counted.isAll();
    std::erase_if(m_known, [&](const Known& each) {
        return each.info != recording.sharedInfo() ||
               std::ranges::find(request.lines, each.line) == request.lines.end();
    });
    auto result = std::make_shared<PointResult>();
    result->lines = request.lines;
    result->counted = request.counted;
    for (const Instant& instant : request.instants) {
        if (!recording.digest().reaches(instant)) continue;
        PointResult::Point& point = result->points.emplace_back();
        point.instant = instant;
        if (isWhole && request.lines.empty()) {
            point.total = totalAt(recording, instant, stop);
            continue;
        }
        Snapshot snapshot = snapshotAt(recording, instant, stop);
        if (!isWhole) snapshot = restrictedTo(counted, snapshot);
        point.total = snapshot.total;
        for (const LineIndex line : request.lines) {
            point.lines.push_back(totalOf(tracesOf(request, line), snapshot));
        }
        if (stop.stop_requested()) return nullptr;
    }
    return stop.stop_requested() ? nullptr : result;
}

const TraceSet& PointQuery::tracesOf(const PointRequest& request, LineIndex line) {
    auto known = std::ranges::find(m_known, line, &Known::line);
    if (known == m_known.end())
        known = m_known.insert(
            known, {line, request.recording.sharedInfo(), TraceSet::throughLine(request.recording.traces(), line)});
    return known->traces;
}

}  // namespace heapprof::gui
