// Finds the number of a pair of ids: a hash table whose entries lie beside each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace heapprof {

/// Numbers are below 2^32 - 1. Entries stay for ever.
class PairIndex {
public:
    struct Entry {
        std::uint32_t number;
        bool isNew;
    };
    /// The number of the pair; when there is none, from now on `number`.
    Entry tryAdd(std::uint32_t first, std::uint32_t second, std::uint32_t number) {
        if (m_size * 2 >= m_slots.size()) grow();
        const std::uint64_t key = std::uint64_t{first} << 32 | second;
        Slot& slot = slotOf(key);
        if (slot.number != kNone) return {slot.number, false};
        slot = {key, number};
        ++m_size;
        return {number, true};
    }

private:
    static constexpr std::uint32_t kNone = 0xffffffff;
    struct Slot {
        std::uint64_t key = 0;
        std::uint32_t number = kNone;
    };

    /// That of `key`, or the free one it would take.
    Slot& slotOf(std::uint64_t key) {
        std::uint64_t hash = key * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 32;
        for (std::size_t at = hash & m_mask;; at = (at + 1) & m_mask)
            if (m_slots[at].number == kNone || m_slots[at].key == key) return m_slots[at];
    }
    void grow() {
        const std::vector<Slot> before = std::move(m_slots);
        m_slots = std::vector<Slot>(before.empty() ? 64 : before.size() * 2);
        m_mask = m_slots.size() - 1;
        for (const Slot& slot : before)
            if (slot.number != kNone) slotOf(slot.key) = slot;
    }

    std::vector<Slot> m_slots;
    std::size_t m_mask = 0;
    std::size_t m_size = 0;
};

}  // namespace heapprof
