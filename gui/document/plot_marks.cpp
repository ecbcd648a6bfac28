#include "gui/document/plot_marks.h"

#include <algorithm>

namespace heapprof::gui {
namespace {

using Resident = Timeline::Resident;

std::vector<Resident> thinned(const std::vector<Resident>& all, Micros begin, Micros end, auto stepOf) {
    std::vector<Resident> result;
    const auto between = [](const Resident& a, const Resident& b, Micros time) {
        const double share = static_cast<double>((time - a.time).count) / static_cast<double>((b.time - a.time).count);
        return Resident{time, a.bytes + static_cast<std::int64_t>(share * static_cast<double>(b.bytes - a.bytes))};
    };
    const auto first = std::ranges::lower_bound(all, begin, {}, &Resident::time);
    const auto last = std::ranges::upper_bound(all, end, {}, &Resident::time);
    if (first != all.begin() && first != all.end() && first->time > begin)
        result.push_back(between(first[-1], *first, begin));
    std::size_t step = 0;
    for (auto sample = first; sample < last; ++sample) {
        const std::size_t at = stepOf(sample->time);
        if (sample == first || at != step)
            result.push_back(*sample);
        else if (sample->bytes > result.back().bytes)
            result.back().bytes = sample->bytes;
        step = at;
    }
    if (last != all.begin() && last != all.end() && last[-1].time < end && last->time > end)
        result.push_back(between(last[-1], *last, end));
    return result;
}

}  // namespace

PlotMarks plotMarks(const Timeline& timeline, Micros begin, Micros end, std::size_t steps) {
    const double width = static_cast<double>((end - begin).count) / static_cast<double>(steps);
    const auto stepOf = [&](Micros time) {
        return static_cast<std::size_t>(static_cast<double>((time - begin).count) / width);
    };
    const auto isInSight = [&](const auto& stretch) {
        return stretch.begin <= end && (!stretch.end || *stretch.end >= begin);
    };
    const auto isWithin = [&](Micros time) { return begin <= time && time <= end; };
    PlotMarks result;
    result.resident = thinned(timeline.resident, begin, end, stepOf);
    result.hasResident = !timeline.resident.empty();
    result.hasInstants = !timeline.instants.empty() || !timeline.losses.empty();
    for (const auto& instant : timeline.instants)
        if (isWithin(instant.time)) result.instants.push_back(instant);
    for (const auto& phase : timeline.phases) {
        result.lanes = std::max(result.lanes, phase.lane + 1);
        if (isInSight(phase)) result.phases.push_back(phase);
    }
    std::ranges::copy_if(timeline.pauses, std::back_inserter(result.pauses), isInSight);
    for (const auto& loss : timeline.losses)
        if (isWithin(loss.time)) result.losses.push_back(loss);
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
