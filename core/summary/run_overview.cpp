#include "core/summary/run_overview.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/capture/run_members.h"

namespace heapprof {

bool RunOverview::isBeingWritten() const {
    return std::ranges::any_of(members, [](const Member& member) { return member.overview.isBeingWritten; });
}

const RunOverview::Member* RunOverview::farGreater() const {
    if (members.empty() || asked == 0) return nullptr;
    const bool isFar = members.front().overview.peakBytes / 2 >= members[asked].overview.peakBytes;
    return isFar && members.front().overview.peakBytes > 0 ? &members.front() : nullptr;
}

RunOverview runOverviewOf(const std::filesystem::path& path, std::size_t steps, std::stop_token stop) {
    RunOverview run;
    const std::filesystem::path filebase = Capture::open(path)->filebase();
    std::vector<RunOverview::Member> found{{filebase, overviewOf(filebase, steps)}};
    for (const std::filesystem::path& other : possibleRelatives(filebase)) {
        if (stop.stop_requested()) break;
        try {
            found.push_back({other, overviewOf(other, steps)});
        } catch (const FileError&) {
            std::error_code unknown;
            if (std::filesystem::exists(std::filesystem::path(other) += ".hpm", unknown))
                run.unreadable.push_back(other);
        }
    }
    std::vector<const Metadata*> metadata;
    for (const RunOverview::Member& each : found) metadata.push_back(&each.overview.metadata);
    std::vector<std::size_t> order;
    for (const RunMember& member : runMembers(metadata)) order.push_back(member.which);
    std::ranges::stable_sort(order, std::greater<>(),
                             [&](std::size_t which) { return found[which].overview.peakBytes; });
    for (const std::size_t which : order) {
        if (which == 0) run.asked = run.members.size();
        run.members.push_back(std::move(found[which]));
    }
    return run;
}

}  // namespace heapprof
