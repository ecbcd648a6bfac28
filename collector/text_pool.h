// Gives each text of the capture one number.
#pragma once

#include <string_view>

#include "collector/mapped_map.h"
#include "core/capture/metadata_writer.h"
#include "core/units.h"

namespace heapprof {

/// Keeps a copy of every text, so that two are taken for one only if they are one. The owner locks.
class TextPool {
public:
    /// The number of `text`, which is written to `metadata` when it is new. Texts are at most MetadataWriter::kMaxText
    /// long. Without memory the number is 0, that of the empty text.
    StringIndex intern(std::string_view text, MetadataWriter& metadata) noexcept;

private:
    struct Key {
        std::uint64_t fingerprint;
        std::uint64_t attempt;  // tells texts with one fingerprint apart; from 1 on

        bool operator==(const Key&) const = default;
        std::uint64_t hash() const { return mix(fingerprint + attempt); }
    };
    struct Entry {
        std::uint64_t offset;
        std::uint32_t length;
        StringIndex index;
    };

    MappedMap<Key, Entry> m_entries;
    MappedArray<char> m_texts;
    std::size_t m_used = 0;
};

}  // namespace heapprof
