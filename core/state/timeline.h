// What the marks of a capture mean in time: phases with their ends, pauses, garbage collections, resident memory.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/capture/mark.h"
#include "core/units.h"

namespace heapprof {

class Capture;

/// What memory in RAM consists of by the kernel's account: bytes, the profiler's own included.
struct ResidentAccount {
    std::int64_t anonymous = 0, file = 0, shared = 0;
    bool operator==(const ResidentAccount&) const = default;
};

/// Everything ascends by time (of intervals: by begin).
struct Timeline {
    struct Resident {
        Micros time;
        std::int64_t bytes = 0;       ///< without what the profiler took itself
        std::int64_t ofProfiler = 0;  ///< besides
        /// What it consists of, the profiler's own included; unset: not recorded.
        std::optional<ResidentKinds> kinds{};
        /// Adds up to `bytes` and `ofProfiler`; unset: not recorded.
        std::optional<ResidentAccount> account() const;
        bool operator==(const Resident&) const = default;
    };
    /// What anonymous mappings of the program reserve, in RAM or not; from this time on.
    struct Reserved {
        Micros time;
        std::int64_t bytes = 0;
        bool operator==(const Reserved&) const = default;
    };
    /// Where the process has its memory, by part: bytes, in a reading at this time. See FORMAT.md.
    struct MemoryReading {
        Micros time;
        std::array<std::optional<std::int64_t>, kMemoryParts> parts{};  ///< unset: not known yet
        bool hasInUse = false;  ///< it was read now what allocators have in use, and not earlier
        const std::optional<std::int64_t>& operator[](MemoryPart part) const {
            return parts[static_cast<std::size_t>(part)];
        }
        bool operator==(const MemoryReading&) const = default;
    };
    /// What the program said of itself.
    struct Instant {
        Micros time;
        std::string text;
        bool operator==(const Instant&) const = default;
    };
    struct Phase {
        Micros begin;
        std::optional<Micros> end;  ///< unset: it goes on, or its end was not recorded
        std::string name;
        std::uint32_t lane = 0;  ///< phases at the same time lie in different lanes; one within another lies below it
        bool operator==(const Phase&) const = default;
    };
    /// Allocations were not recorded.
    struct Pause {
        Micros begin;
        std::optional<Micros> end;
        bool operator==(const Pause&) const = default;
    };
    /// What was allocated from here on was recorded by another rule.
    struct Switch {
        Micros time;
        std::string rule;  ///< for people
        bool operator==(const Switch&) const = default;
    };
    struct Collection {
        Micros end;
        Micros duration;
        std::uint32_t generation = 0;
        bool operator==(const Collection&) const = default;
    };
    /// Nothing from here on was recorded.
    struct Loss {
        Micros time;
        std::uint64_t events = 0;
        bool operator==(const Loss&) const = default;
    };
    std::vector<Resident> resident;
    std::int64_t residentPeak = 0;  ///< of the process, by the kernel's account, the profiler included; 0: not known
    std::vector<Reserved> reserved;
    std::vector<MemoryReading> memory;
    std::vector<Instant> instants;
    std::vector<Phase> phases;
    std::vector<Pause> pauses;
    std::vector<Switch> switches;
    std::vector<Collection> collections;
    std::vector<Loss> losses;

    bool operator==(const Timeline&) const = default;
};

/// Makes a timeline from marks, also as they come. One thread at a time.
class TimelineBuilder {
public:
    /// `marks` follow those of earlier calls, in the order of the log. An end without a begin says nothing.
    void add(std::span<const Mark> marks);
    const Timeline& timeline() const { return m_timeline; }

private:
    void beginPhase(const Mark& mark);
    void endPhase(const Mark& mark);

    Timeline m_timeline;
    Timeline::MemoryReading m_reading;                         // until it is complete
    std::map<std::uint64_t, std::vector<std::size_t>> m_open;  // by thread: positions of the phases it is in
    std::vector<bool> m_isTaken;                               // which lanes are
};

/// What the log of a capture says until now.
Timeline timelineOf(Capture& capture);

}  // namespace heapprof
