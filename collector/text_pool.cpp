#include "collector/text_pool.h"

#include <cstring>

#include "core/bytes/hash.h"

namespace heapprof {

StringIndex TextPool::intern(std::string_view text, MetadataWriter& metadata) noexcept {
    if (text.empty()) return {};
    Key key{hashBytes(text.data(), text.size()), 1};
    for (; const Entry* entry = m_entries.find(key); ++key.attempt)
        if (text == std::string_view(&m_texts[entry->offset], entry->length)) return entry->index;
    if (!m_texts.reserve(m_used + text.size())) return {};
    const Entry entry{m_used, static_cast<std::uint32_t>(text.size()), metadata.string(text)};
    std::memcpy(&m_texts[m_used], text.data(), text.size());
    if (m_entries.insert(key, entry)) m_used += text.size();
    return entry.index;
}

}  // namespace heapprof
