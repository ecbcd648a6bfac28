// What the system says of single mappings and their pages.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <optional>

#include "collector/memory/mapped_array.h"
#include "collector/system/kept_descriptor.h"

namespace heapprof {

/// Reads /proc/self/maps, and of /proc/self/pagemap the entries of some mappings: not of the heap, whose number of
/// pages has no bound. smaps would walk through all of them, 14 ms for each GB, while the program can map nothing. The
/// owner locks. Nothing allocates or throws.
class PageMap {
public:
    constexpr PageMap() = default;

    /// To be called in the process that is to be read.
    void open() noexcept;
    void close() noexcept;

    /// Bytes in RAM.
    struct Amounts {
        std::uint64_t stacks = 0;  ///< the main thread's, and mappings behind a guard, as thread libraries make them
        std::uint64_t data = 0;    ///< private copies of pages of files
    };
    /// Unset: not known. Takes some 10 ns for each page of these mappings, be it in RAM or not.
    std::optional<Amounts> read() noexcept;

    /// Calls `each` with the begin and the end of every private mapping of no file, and no name, that may be read and
    /// written.
    template <typename Each>
    void forEachAnonymous(Each each) noexcept {
        forEachMapping([&](const Line& line) {
            if (line.isPlain()) each(line.begin, line.end);
        });
    }

    /// A line of the file.
    struct Line {
        std::uintptr_t begin = 0, end = 0;
        bool mayRead = false, mayWrite = false, mayExecute = false, isPrivate = false, isOfFile = false;
        bool hasName = false, isMainStack = false;
        bool isPlain() const { return mayRead && mayWrite && !mayExecute && isPrivate && !isOfFile && !hasName; }
        bool isGuard() const { return !mayRead && !mayWrite && !mayExecute && isPrivate && !isOfFile && !hasName; }
    };

private:
    template <typename Each>
    void forEachMapping(Each each) noexcept;
    std::uint64_t countAnonymous(const Line& line) noexcept;

    KeptDescriptor m_maps;
    KeptDescriptor m_pages;
    MappedArray<char> m_text;
    MappedArray<std::uint64_t> m_entries;
};

/// What a line of /proc/PID/maps says; unset: it is none.
std::optional<PageMap::Line> parseMapping(const char* begin, const char* end) noexcept;

template <typename Each>
void PageMap::forEachMapping(Each each) noexcept {
    constexpr std::size_t kText = 16384;  // a line is shorter
    if (!m_maps.isOurs() || !m_text.reserve(kText)) return;
    std::size_t kept = 0;
    off_t offset = 0;
    for (;;) {
        const ssize_t length = pread(m_maps.number(), m_text.data() + kept, kText - kept, offset);
        if (length <= 0) return;
        offset += length;
        const char* at = m_text.data();
        const char* const end = at + kept + length;
        while (const auto* const newline =
                   static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)))) {
            if (const auto line = parseMapping(at, newline)) each(*line);
            at = newline + 1;
        }
        kept = static_cast<std::size_t>(end - at);
        if (kept == kText) return;
        std::memmove(m_text.data(), at, kept);
    }
}

}  // namespace heapprof
