// Gives each text of the capture one number.
#pragma once

#include <string_view>

#include "collector/memory/mapped_index.h"
#include "core/capture/metadata_writer.h"
#include "core/units.h"

namespace heapprof {

/// Keeps a copy of every text, so that two are taken for one only if they are one. The owner locks.
class TextPool {
public:
    /// Of more than `most` texts the further ones are not kept: each time they get a number anew.
    explicit TextPool(std::uint32_t most = MappedIndex::kGreatest) : m_most(most) {}

    /// The number of `text`, which is written to `metadata` when it is new. Texts are at most MetadataWriter::kMaxText
    /// long. Without memory the number is 0, that of the empty text.
    StringIndex intern(std::string_view text, MetadataWriter& metadata) noexcept;
    /// The number of `text` if it has one; 0: it is empty, or new.
    StringIndex find(std::string_view text) const noexcept;

private:
    struct Entry {
        std::uint32_t offset;  // in m_texts, up to the next entry's
        StringIndex index;
    };
    std::string_view textOf(std::uint32_t entry) const;
    std::uint32_t entryOf(std::string_view text, std::uint64_t hash) const;

    MappedArray<char> m_texts;     // one behind the other
    MappedArray<Entry> m_entries;  // from 1 on
    MappedIndex m_index;
    std::uint32_t m_used = 0;
    std::uint32_t m_count = 0;
    std::uint32_t m_most;
};

}  // namespace heapprof
