#include "collector/memory/text_pool.h"

#include <cstring>

#include "core/bytes/hash.h"

namespace heapprof {
namespace {

std::uint64_t hashOf(std::string_view text) { return hashBytes(text.data(), text.size()); }

}  // namespace

std::string_view TextPool::textOf(std::uint32_t entry) const {
    const std::uint32_t begin = m_entries[entry].offset;
    return {m_texts.data() + begin, (entry == m_count ? m_used : m_entries[entry + 1].offset) - begin};
}

std::uint32_t TextPool::entryOf(std::string_view text, std::uint64_t hash) const {
    return m_index.find(hash, [&](std::uint32_t entry) { return textOf(entry) == text; });
}

StringIndex TextPool::find(std::string_view text) const noexcept {
    const std::uint32_t entry = text.empty() ? 0 : entryOf(text, hashOf(text));
    return entry != 0 ? m_entries[entry].index : StringIndex();
}

StringIndex TextPool::intern(std::string_view text, MetadataWriter& metadata) noexcept {
    if (text.empty()) return {};
    const std::uint64_t hash = hashOf(text);
    if (const std::uint32_t entry = entryOf(text, hash)) return m_entries[entry].index;
    const auto forEach = [this](auto put) {
        for (std::uint32_t entry = 1; entry <= m_count; ++entry) put(hashOf(textOf(entry)), entry);
    };
    constexpr std::size_t kMaxUsed = 0xffffffff;
    if (m_count >= m_maxCount) return metadata.string(text);
    if (m_used + text.size() > kMaxUsed || !m_texts.reserve(m_used + text.size()) ||
        !m_entries.reserve(m_count + std::size_t{2}) || !m_index.reserve(forEach))
        return {};
    const StringIndex index = metadata.string(text);
    m_entries[++m_count] = {m_used, index};
    std::memcpy(&m_texts[m_used], text.data(), text.size());
    m_used += static_cast<std::uint32_t>(text.size());
    m_index.insert(hash, m_count);
    return index;
}

}  // namespace heapprof
