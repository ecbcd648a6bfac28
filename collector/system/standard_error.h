// What heapprof says to the person who started the program.
#pragma once

#include <initializer_list>
#include <string_view>

namespace heapprof::standard_error {

/// Notes which file standard error is. Only the first call does something; to be made before the program can have put
/// another file under that number.
void remember() noexcept;

/// Writes "heapprof: ", these at most kMaxParts parts, and the end of the line to that file; to nothing when there was
/// none, when the program has put another one in its place, or when the reader does not read. Never blocks for long,
/// allocates, raises a signal or changes errno.
void say(std::initializer_list<std::string_view> parts) noexcept;
inline constexpr std::size_t kMaxParts = 12;

}  // namespace heapprof::standard_error
