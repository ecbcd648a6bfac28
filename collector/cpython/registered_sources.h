// The text of code that came from no file, as cells of notebooks do, where the program has left it for tracebacks.
#pragma once

#include <cstddef>
#include <string_view>

namespace heapprof {

/// A part of such a text.
struct SourcePart {
    std::string_view name;  ///< what the code calls its file
    bool isFirst = false;
    bool isLast = false;
    std::string_view text;  ///< whole lines, UTF-8
};

/// Longer texts, and texts with longer lines, are left out.
inline constexpr std::size_t kLongestSource = 1 << 20, kLongestSourceLine = 10'000;

/// For each text that the module linecache keeps and `wants(name)`, calls `tell` for its parts, which are at most
/// kLongestSourceLine bytes. Nothing when the program has not loaded that module. Requires the GIL, and that nothing is
/// being allocated: to be called where Python code could run.
void forEachRegisteredSource(bool (*wants)(std::string_view name), void (*tell)(const SourcePart& part));

}  // namespace heapprof
