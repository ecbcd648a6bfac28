#include "core/summary/run_overview.h"

#include <algorithm>
#include <system_error>
#include <tuple>
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
    const std::shared_ptr<Capture> asked = Capture::open(path);
    const std::filesystem::path& filebase = asked->filebase();
    std::vector<RunOverview::Member> found{{filebase, overviewOf(asked, steps)}};
    const std::filesystem::path elsewhere = found.front().overview.metadata.elsewhere;
    for (const std::filesystem::path& other : possibleRelatives(filebase, elsewhere)) {
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
    std::vector<std::tuple<std::int64_t, std::size_t, std::size_t>> order;  // the greatest peak first, then in order
    for (const RunMember& member : runMembers(metadata))
        order.emplace_back(-found[member.which].overview.peakBytes, order.size(), member.which);
    std::ranges::sort(order);
    for (const auto& [peak, position, which] : order) {
        if (which == 0) run.asked = run.members.size();
        run.members.push_back(std::move(found[which]));
    }
    return run;
}

}  // namespace heapprof
