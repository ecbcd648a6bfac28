// A hash map in mapped memory, for keys that are trivially copyable structures.
#pragma once

#include "collector/memory/mapped_array.h"

namespace heapprof {

/// Open addressing, linear probing, at most half full. A key that equals Key{} marks an empty slot and cannot be
/// inserted. Key has a member hash() that mixes well in its upper bits.
template <typename Key, typename Value>
class MappedMap {
public:
    /// Valid until the next insertion or removal; nullptr when there is none.
    Value* find(const Key& key) {
        if (m_count == 0) return nullptr;
        for (std::size_t i = home(key);; i = (i + 1) & m_mask) {
            if (m_slots[i].key == key) return &m_slots[i].value;
            if (m_slots[i].key == Key{}) return nullptr;
        }
    }

    /// Requires that the key is not in the map. False when there is no memory.
    bool insert(const Key& key, const Value& value) {
        if ((m_count + 1) * 2 > size() && !grow()) return false;
        put(m_slots, key, value);
        ++m_count;
        return true;
    }

    bool erase(const Key& key) {
        Value* found = find(key);
        if (!found) return false;
        std::size_t hole = static_cast<std::size_t>(
            reinterpret_cast<Slot*>(reinterpret_cast<char*>(found) - offsetof(Slot, value)) - m_slots.data());
        // Close the gap: entries that were probed past it move back, unless their home is behind it.
        for (std::size_t i = (hole + 1) & m_mask; !(m_slots[i].key == Key{}); i = (i + 1) & m_mask) {
            if (((i - home(m_slots[i].key)) & m_mask) < ((i - hole) & m_mask)) continue;
            m_slots[hole] = m_slots[i];
            hole = i;
        }
        m_slots[hole] = Slot{};
        --m_count;
        return true;
    }

private:
    struct Slot {
        Key key;
        Value value;
    };

    std::size_t size() const { return m_count == 0 && !m_slots.data() ? 0 : m_mask + 1; }
    std::size_t home(const Key& key) const { return (key.hash() >> 20) & m_mask; }

    void put(MappedArray<Slot>& into, const Key& key, const Value& value) {
        std::size_t i = home(key);
        while (!(into[i].key == Key{})) i = (i + 1) & m_mask;
        into[i] = {key, value};
    }

    bool grow() {
        const std::size_t before = size();
        const std::size_t after = before ? before * 2 : 64;
        MappedArray<Slot> grown;
        if (!grown.reserve(after)) return false;
        m_mask = after - 1;
        for (std::size_t i = 0; i < before; ++i)
            if (!(m_slots[i].key == Key{})) put(grown, m_slots[i].key, m_slots[i].value);
        m_slots = std::move(grown);
        return true;
    }

    MappedArray<Slot> m_slots;
    std::size_t m_mask = 0;
    std::size_t m_count = 0;
};

/// Mixes a word well enough for MappedMap.
constexpr std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 32)) * 0x9E3779B97F4A7C15u;
    return (value ^ (value >> 29)) * 0xBF58476D1CE4E5B9u;
}

}  // namespace heapprof
