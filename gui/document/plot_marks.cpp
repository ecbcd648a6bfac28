#include "gui/document/plot_marks.h"

#include <algorithm>
#include <array>

namespace heapprof::gui {
namespace {

using Resident = PlotMarks::Resident;

std::vector<Resident> thinned(const std::vector<Timeline::Resident>& all, Micros begin, Micros end, auto stepOf) {
    std::vector<Resident> result;
    const auto isKnownAfter = [&](auto reading) {
        const auto next = reading + 1;
        // Gaps that cannot be seen are none.
        return next == all.end() || next->time - reading->time <= PlotMarks::kResidentHolds ||
               stepOf(std::min(next->time, end)) <= stepOf(std::max(reading->time, begin)) + 1;
    };
    const auto first = std::ranges::lower_bound(all, begin, {}, &Timeline::Resident::time);
    const auto last = std::ranges::upper_bound(all, end, {}, &Timeline::Resident::time);
    if (first != all.begin()) {
        const auto before = first - 1;
        result.push_back(
            {begin, before->time, before->bytes, before->ofProfiler, isKnownAfter(before), before->account()});
    }
    for (auto group = first; group < last;) {
        auto min = group, max = group, latest = group;
        for (; group < last && stepOf(group->time) == stepOf(latest->time); latest = group++) {
            if (group->bytes < min->bytes) min = group;
            if (group->bytes > max->bytes) max = group;
        }
        auto chosen = std::array{std::min(min, max), std::max(min, max), latest};
        for (std::size_t i = 0; i < chosen.size(); ++i)
            if (i == 0 || chosen[i] != chosen[i - 1])
                result.push_back({chosen[i]->time, chosen[i]->time, chosen[i]->bytes, chosen[i]->ofProfiler,
                                  chosen[i] != latest || isKnownAfter(latest), chosen[i]->account()});
    }
    return result;
}

}  // namespace

PlotMarks plotMarks(const Timeline& timeline, Micros begin, Micros end, std::size_t steps) {
    const double width = static_cast<double>((end - begin).count) / static_cast<double>(steps);
    const auto stepOf = [&](Micros time) {
        return static_cast<std::size_t>(static_cast<double>((time - begin).count) / width);
    };
    const auto isInSight = [&](const auto& interval) {
        return interval.begin <= end && (!interval.end || *interval.end >= begin);
    };
    const auto isWithin = [&](Micros time) { return begin <= time && time <= end; };
    PlotMarks result;
    result.resident = thinned(timeline.resident, begin, end, stepOf);
    for (const auto& reserved : timeline.reserved) {
        if (reserved.time > end) break;
        const auto isOfStepOf = [&](const Timeline::Reserved& before) {
            return reserved.time <= begin || (before.time > begin && stepOf(before.time) == stepOf(reserved.time));
        };
        const bool isOfSameStep = !result.reserved.empty() && isOfStepOf(result.reserved.back());
        if (isOfSameStep)
            result.reserved.back() = reserved;
        else
            result.reserved.push_back(reserved);
    }
    result.hasResident = !timeline.resident.empty();
    result.hasAccounts =
        std::ranges::any_of(timeline.resident, [](const auto& each) { return each.kinds.has_value(); });
    result.hasInstants = !timeline.instants.empty() || !timeline.losses.empty() || !timeline.switches.empty();
    for (const auto& phase : timeline.phases) {
        result.lanes = std::max(result.lanes, phase.lane + 1);
        if (isInSight(phase)) result.phases.push_back(phase);
    }
    std::ranges::copy_if(timeline.pauses, std::back_inserter(result.pauses), isInSight);
    const auto isTimeWithin = [&](const auto& each) { return isWithin(each.time); };
    std::ranges::copy_if(timeline.instants, std::back_inserter(result.instants), isTimeWithin);
    std::ranges::copy_if(timeline.switches, std::back_inserter(result.switches), isTimeWithin);
    std::ranges::copy_if(timeline.losses, std::back_inserter(result.losses), isTimeWithin);
    std::size_t step = 0;
    for (const auto& collection : timeline.collections) {
        if (!isWithin(collection.end)) continue;
        const std::size_t at = stepOf(collection.end);
        if (result.collections.empty() || at != step) result.collections.push_back({collection.end, 0, 0, {}});
        step = at;
        PlotMarks::Collections& group = result.collections.back();
        group.time = collection.end;
        group.generation = std::max(group.generation, collection.generation);
        group.duration += collection.duration;
        ++group.count;
    }
    return result;
}

}  // namespace heapprof::gui
