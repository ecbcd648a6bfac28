// Labels as one text, which a context of the program carries.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heapprof::packed_labels {

/// Names and values, UTF-8.
using Labels = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::size_t kMaxLabels = 16;                 ///< of a text; further ones are left out
inline constexpr std::size_t kMaxName = 60, kMaxValue = 200;  ///< bytes; longer texts are cut

/// A text that has `added` and, under other names, what the text `before` has; each name once, ordered by name: equal
/// labels are equal texts. Throws std::bad_alloc.
std::string with(std::string_view before, const Labels& added);

/// Calls `take(name, value)` for each label, of kMaxLabels at most. Any text may be given.
template <typename Take>
void forEach(std::string_view text, Take take) {
    for (std::size_t count = 0; count < kMaxLabels && text.size() >= 2; ++count) {
        const std::size_t name = static_cast<unsigned char>(text[0]), value = static_cast<unsigned char>(text[1]);
        if (name > kMaxName || value > kMaxValue || text.size() < 2 + name + value) return;
        take(text.substr(2, name), text.substr(2 + name, value));
        text.remove_prefix(2 + name + value);
    }
}

}  // namespace heapprof::packed_labels
