#include "gui/document/point_query.h"

#include <algorithm>

#include "core/state/domains.h"
#include "core/traces/membership.h"
#include "core/traces/trace_selection.h"

namespace heapprof::gui {

const PointResult::Point* PointResult::at(const Instant& instant) const {
    const auto found = std::ranges::find(points, instant, &Point::instant);
    return found == points.end() ? nullptr : &*found;
}

std::shared_ptr<const PointResult> PointQuery::compute(const PointRequest& request, std::stop_token stop) {
    if (!request.digest || request.digest->rows().empty()) return nullptr;
    const Digest& digest = *request.digest;
    const bool isWhole = request.domains.includes(request.info->metadata.domains);
    std::erase_if(m_members, [&](const Members& each) {
        return each.info != request.info || std::ranges::find(request.lines, each.line) == request.lines.end();
    });
    auto result = std::make_shared<PointResult>();
    result->lines = request.lines;
    result->domains = request.domains;
    for (const Instant& instant : request.instants) {
        if (!digest.reaches(instant)) continue;
        PointResult::Point& point = result->points.emplace_back();
        point.instant = instant;
        if (isWhole && request.lines.empty()) {
            point.total = totalAt(digest, *request.capture, instant, stop);
            continue;
        }
        Snapshot snapshot = snapshotAt(digest, *request.capture, instant, stop);
        if (!isWhole) snapshot = restrictedTo(request.domains, snapshot, *request.info->traces);
        point.total = snapshot.total;
        for (const LineIndex line : request.lines) {
            const std::vector<bool>& isMember = membersOf(request, line);
            Usage& sum = point.lines.emplace_back();
            for (const auto& [trace, usage] : snapshot.traces)
                if (contains(isMember, trace)) sum += usage;
        }
        if (stop.stop_requested()) return nullptr;
    }
    return stop.stop_requested() ? nullptr : result;
}

const std::vector<bool>& PointQuery::membersOf(const PointRequest& request, LineIndex line) {
    auto known = std::ranges::find(m_members, line, &Members::line);
    if (known == m_members.end())
        known = m_members.insert(known, {line, request.info, tracesThrough(*request.info->traces, line)});
    return known->isMember;
}

}  // namespace heapprof::gui
