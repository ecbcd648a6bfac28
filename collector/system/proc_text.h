// Numbers in files of /proc/PID.
#pragma once

#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <string_view>

namespace heapprof::proc_text {

/// The first number in the text; 0: there is none.
inline std::uint64_t numberAt(std::string_view text) {
    const std::size_t first = text.find_first_of("0123456789");
    std::uint64_t value = 0;
    if (first != std::string_view::npos) std::from_chars(text.data() + first, text.data() + text.size(), value);
    return value;
}

/// The number behind `name` in lines such as those of "status"; 0: there is none.
inline std::uint64_t numberIn(std::string_view lines, std::string_view name) {
    const std::size_t line = lines.find(name);
    return line == std::string_view::npos ? 0 : numberAt(lines.substr(line + name.size()));
}

/// What is in RAM.
struct Sizes {
    std::uint64_t resident = 0;    ///< bytes; 0: not known
    std::uint64_t fileBacked = 0;  ///< of it pages of files and shared memory
};
/// From "statm": the whole size, what is resident, what of that is file-backed, in pages.
inline Sizes sizesIn(std::string_view statm) {
    const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    const std::size_t first = statm.find(' ');
    const std::size_t second = first == std::string_view::npos ? first : statm.find(' ', first + 1);
    if (second == std::string_view::npos) return {};
    return {numberAt(statm.substr(first)) * page, numberAt(statm.substr(second)) * page};
}

}  // namespace heapprof::proc_text
