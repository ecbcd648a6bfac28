// The one rule by which search and filter fields compare text.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace heapprof::gui {

constexpr char lowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Whether `text` holds `needle`, ASCII letters in either case. Both UTF-8.
inline bool containsText(std::string_view text, std::string_view needle) {
    return std::search(text.begin(), text.end(), needle.begin(), needle.end(),
                       [](char a, char b) { return lowerAscii(a) == lowerAscii(b); }) != text.end() ||
           needle.empty();
}

}  // namespace heapprof::gui
