// Gives each text of the capture one number.
#pragma once

#include <string_view>

#include "collector/memory/mapped_index.h"
#include "core/capture/metadata_writer.h"
#include "core/units.h"

namespace heapprof {

/// Keeps a copy of every text, so that only equal texts have one number. The owner locks.
class TextPool {
public:
    /// Keeps at most `most` texts. Further ones get a new number each time.
    explicit TextPool(std::uint32_t most = MappedIndex::kMax) : m_maxCount(most) {}

    /// Returns the number of `text`, after writing a new text to `metadata`. Requires at most MetadataWriter::kMaxText
    /// bytes. Without memory the number is 0, that of the empty text.
    StringIndex intern(std::string_view text, MetadataWriter& metadata) noexcept;
    /// The number of `text`; 0: the text is empty or has none.
    StringIndex find(std::string_view text) const noexcept;

private:
    struct Entry {
        std::uint32_t offset;  // in m_texts; the text ends at the next entry's
        StringIndex index;
    };
    std::string_view textOf(std::uint32_t entry) const;
    std::uint32_t entryOf(std::string_view text, std::uint64_t hash) const;

    MappedArray<char> m_texts;     // one after the other
    MappedArray<Entry> m_entries;  // from 1 on
    MappedIndex m_index;
    std::uint32_t m_used = 0;
    std::uint32_t m_count = 0;
    std::uint32_t m_maxCount;
};

}  // namespace heapprof
