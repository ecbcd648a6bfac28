// When blocks were allocated, found by their ordinals.
#pragma once

#include <cstdint>
#include <vector>

#include "core/units.h"

namespace heapprof {

/// The recorder's clock ticks every few milliseconds, so that many allocations share a time: one entry per time that
/// has allocations. Entries none of whose blocks lives are thrown away now and then: never more than a few times as
/// many as there were blocks alive at once, 24 bytes each.
class AllocationTimes {
public:
    /// A block is allocated; neither ordinals nor times go back.
    void add(std::uint64_t ordinal, Micros time);
    /// The block of that ordinal is freed; returns when it was allocated. An ordinal that is not there any more, or
    /// never was, gives the time of one near it; the caller has added at least one.
    Micros remove(std::uint64_t ordinal);

    /// How many there are now.
    std::size_t entries() const { return m_entries.size(); }

private:
    struct Entry {
        std::uint64_t first;  // ordinal
        Micros time;
        std::uint64_t live;  // blocks
    };
    Entry& entryOf(std::uint64_t ordinal);
    void dropTheDead();

    std::vector<Entry> m_entries;
    std::size_t m_limit = std::size_t{1} << 16;
};

}  // namespace heapprof
