// What the time plot draws beside curves of memory: the part of a timeline in sight, as fine as it can be seen.
#pragma once

#include <optional>
#include <vector>

#include "core/state/timeline.h"

namespace heapprof::gui {

struct PlotMarks {
    /// Collections that ended within one step of the plot.
    struct Collections {
        Micros time;  ///< of the last one's end
        std::uint32_t count = 0;
        std::uint32_t generation = 0;  ///< the oldest of them
        Micros duration;               ///< of all together
    };
    /// Resident memory as it was read: a value is taken to hold until the next reading.
    struct Resident {
        Micros from;  ///< where it is drawn from: the border of what is in sight, if it was read before
        Micros read;
        std::int64_t bytes = 0;
        std::int64_t ofProfiler = 0;
        bool isKnownAfter = true;  ///< the next reading is not so late that nothing is known of what lies between
        std::optional<ResidentAccount> account{};  ///< unset: not recorded
        bool operator==(const Resident&) const = default;
    };
    /// The longest time for which a reading is taken to hold.
    static constexpr Micros kResidentHolds{5'000'000};
    /// Of each step the least, the greatest and the last.
    std::vector<Resident> resident;
    /// Of each step the last, and the one that holds where sight begins.
    std::vector<Timeline::Reserved> reserved;
    std::vector<Timeline::Instant> instants;
    std::vector<Timeline::Phase> phases;  ///< those that reach into sight
    std::vector<Timeline::Pause> pauses;  ///< the same
    std::vector<Timeline::Switch> switches;
    std::vector<Collections> collections;
    std::vector<Timeline::Loss> losses;
    // Of the whole timeline, so that a plot does not change its shape as it is moved:
    std::uint32_t lanes = 0;  ///< of phases
    bool hasInstants = false;
    bool hasResident = false;
    bool hasAccounts = false;  ///< of what resident memory consists

    /// For a plot of something else than bytes.
    void leaveOutBytes() {
        resident.clear();
        reserved.clear();
        hasResident = hasAccounts = false;
    }
};

/// Of [begin, end], which is not empty, in `steps` > 0 steps.
PlotMarks plotMarks(const Timeline& timeline, Micros begin, Micros end, std::size_t steps);

}  // namespace heapprof::gui
