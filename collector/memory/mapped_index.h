// A hash table of numbers, for values that are stored elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>

#include "collector/memory/mapped_array.h"

namespace heapprof {

/// A hash table of numbers from 1 on, four bytes a slot: open addressing, linear probing, at most three quarters full.
/// Each slot also has some bits of the hash, so that a look-up rarely reads a value other than the one it finds.
class MappedIndex {
public:
    static constexpr std::uint32_t kMax = (1u << 26) - 1;

    /// The number with this hash for which `is(number)` holds; 0: none.
    template <typename Is>
    std::uint32_t find(std::uint64_t hash, Is is) const {
        if (m_count == 0) return 0;
        for (std::size_t i = home(hash);; i = (i + 1) & m_mask) {
            const std::uint32_t slot = m_slots[i];
            if (slot == 0) return 0;
            if (slot >> kBits == mark(hash) && is(slot & kMax)) return slot & kMax;
        }
    }

    /// Makes room for one more; false when there is no memory, and nothing has changed. When the table has to grow,
    /// `forEach(put)` calls `put(hash, number)` for all that are in it.
    template <typename ForEach>
    bool reserve(ForEach forEach) {
        if ((m_count + 1) * 4 <= size() * 3) return true;
        MappedArray<std::uint32_t> grown;
        const std::size_t after = m_slots.data() ? size() * 2 : kMin;
        if (!grown.reserve(after)) return false;
        m_slots = std::move(grown);
        m_mask = after - 1;
        forEach([this](std::uint64_t hash, std::uint32_t number) { put(hash, number); });
        return true;
    }

    /// Requires that `number` is not in the table and at most kMax, and that reserve() has returned true.
    void insert(std::uint64_t hash, std::uint32_t number) {
        put(hash, number);
        ++m_count;
    }

private:
    static constexpr unsigned kBits = 26;
    static constexpr std::size_t kMin = 1024;

    static std::uint32_t mark(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> (32 + kBits)); }
    std::size_t home(std::uint64_t hash) const { return (hash >> 20) & m_mask; }
    std::size_t size() const { return m_slots.data() ? m_mask + 1 : 0; }

    void put(std::uint64_t hash, std::uint32_t number) {
        std::size_t i = home(hash);
        while (m_slots[i] != 0) i = (i + 1) & m_mask;
        m_slots[i] = mark(hash) << kBits | number;
    }

    MappedArray<std::uint32_t> m_slots;
    std::size_t m_mask = 0;
    std::size_t m_count = 0;
};

/// Numbers trivially copyable keys from 1 on, in the order of add(). Key has a member hash() that mixes well in its
/// upper bits.
template <typename Key>
class MappedNumbering {
public:
    /// The number of `key`; 0: it has none.
    std::uint32_t find(const Key& key) const {
        return m_index.find(key.hash(), [&](std::uint32_t number) { return m_keys[number] == key; });
    }

    /// Requires that the key has no number. Returns its number; 0 when there is no memory.
    std::uint32_t add(const Key& key) {
        const std::uint32_t number = m_count + 1;
        const auto forEach = [this](auto put) {
            for (std::uint32_t i = 1; i <= m_count; ++i) put(m_keys[i].hash(), i);
        };
        if (number > MappedIndex::kMax || !m_keys.reserve(number + std::size_t{1}) || !m_index.reserve(forEach))
            return 0;
        m_keys[number] = key;
        m_index.insert(key.hash(), number);
        return m_count = number;
    }

    const Key& operator[](std::uint32_t number) const { return m_keys[number]; }
    std::uint32_t count() const { return m_count; }

private:
    MappedArray<Key> m_keys;  // from 1 on
    MappedIndex m_index;
    std::uint32_t m_count = 0;
};

}  // namespace heapprof
