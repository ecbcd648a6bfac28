#include "collector/resident/page_map.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "collector/system/own_proc.h"

namespace heapprof {
namespace {

// The kernel's Documentation/admin-guide/mm/pagemap.rst.
constexpr std::uint64_t kPresent = std::uint64_t{1} << 63, kOfFileOrShared = std::uint64_t{1} << 61;

/// Arenas of the C library begin at a multiple of this, and look like stacks otherwise.
constexpr std::uintptr_t kHeapAlignment = std::uintptr_t{64} << 20;
constexpr std::uintptr_t kMaxGuard = 65536;

/// Whether a thread library has put `guard` before `stack`.
bool isStack(const PageMap::Line& guard, const PageMap::Line& stack, std::uintptr_t page) {
    if (!guard.isGuard() || !stack.isPlain() || guard.end != stack.begin) return false;
    if (stack.begin % kHeapAlignment == 0) return false;
    // What an arena of the C library has only reserved may lie before the guard, and is one with it.
    return guard.end - guard.begin <= kMaxGuard || (stack.begin - page) % kHeapAlignment == 0;
}

}  // namespace

std::optional<PageMap::Line> parseMapping(const char* begin, const char* end) noexcept {
    PageMap::Line line;
    auto at = std::from_chars(begin, end, line.begin, 16).ptr;
    if (at == end || *at != '-') return std::nullopt;
    at = std::from_chars(at + 1, end, line.end, 16).ptr;
    if (end - at < 6 || line.end < line.begin) return std::nullopt;
    line.mayRead = at[1] == 'r';
    line.mayWrite = at[2] == 'w';
    line.mayExecute = at[3] == 'x';
    line.isPrivate = at[4] == 'p';
    at += 6;
    // offset, device, inode, and spaces before the name
    for (int field = 0; field < 2; ++field) {
        at = std::find(at, end, ' ');
        if (at != end) ++at;
    }
    line.isOfFile = at != end && *at != '0';
    at = std::find(at, end, ' ');
    at = std::find_if(at, end, [](char each) { return each != ' '; });
    const std::string_view name(at, static_cast<std::size_t>(end - at));
    line.isMainStack = name == "[stack]";
    line.hasName = !name.empty() && !name.starts_with("[anon:");  // which a program may give its memory
    return line;
}

void PageMap::open() noexcept {
    close();
    m_maps.take(own_proc::open("maps"));
    m_pages.take(own_proc::open("pagemap"));
}

void PageMap::close() noexcept {
    m_maps.close();
    m_pages.close();
}

std::optional<PageMap::Amounts> PageMap::read() noexcept {
    if (!m_pages.isOurs()) return std::nullopt;
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    Amounts amounts;
    Line before;
    bool isAny = false;
    forEachMapping([&](const Line& line) {
        isAny = true;
        if (line.isMainStack || isStack(before, line, page))
            amounts.stacks += countAnonymous(line);
        else if (line.isOfFile && line.isPrivate && line.mayRead && !line.mayExecute)
            amounts.data += countAnonymous(line);
        before = line;
    });
    return isAny ? std::optional(amounts) : std::nullopt;
}

/// The bytes of anonymous pages in it.
std::uint64_t PageMap::countAnonymous(const Line& line) noexcept {
    constexpr std::size_t kEntries = 8192;
    if (!m_entries.reserve(kEntries)) return 0;
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    std::uintptr_t at = line.begin / page;
    const std::uintptr_t end = line.end / page;
    std::uint64_t count = 0;
    while (at < end) {
        const std::size_t wanted = std::min<std::size_t>(kEntries, end - at) * sizeof(std::uint64_t);
        const ssize_t length =
            pread(m_pages.number(), m_entries.data(), wanted, static_cast<off_t>(at * sizeof(std::uint64_t)));
        const std::size_t entries = length > 0 ? static_cast<std::size_t>(length) / sizeof(std::uint64_t) : 0;
        if (entries == 0) break;
        count += static_cast<std::uint64_t>(
            std::count_if(m_entries.data(), m_entries.data() + entries,
                          [](std::uint64_t entry) { return (entry & kPresent) && !(entry & kOfFileOrShared); }));
        at += entries;
    }
    return count * page;
}

}  // namespace heapprof
