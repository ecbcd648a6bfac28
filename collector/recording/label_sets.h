// The sets of labels that this process has used, each once.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace heapprof::label_sets {

/// Names and values, UTF-8, each name once, ordered by name.
using Labels = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::size_t kMaxLabels = 16;                 ///< of a set; further ones are left out
inline constexpr std::size_t kMaxName = 60, kMaxValue = 200;  ///< bytes; longer texts are cut
/// How many sets there may be. Of further ones every value is "other"; when there are twice as many, they are empty.
inline constexpr std::size_t kMost = 32768;
inline constexpr const char* kOther = "other";

/// The number of the set that has `added` and, under other names, what the set number `before` has; 0 is the empty set.
/// Requires the GIL. Throws std::bad_alloc.
std::uint32_t with(std::uint32_t before, const Labels& added);

/// Empty for a number that is not known. For hooks, of any thread.
const Labels& at(std::uint32_t number) noexcept;

}  // namespace heapprof::label_sets
