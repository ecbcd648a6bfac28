// The text of lines of code, as the files on this machine have it now. No Qt.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace heapprof::gui {

struct SourcePlace {
    std::string file;
    std::uint32_t line = 0;  ///< from 1
};

/// One text per place, without the blanks around it; "" where there is none. Relative files lie below `directory`. Only
/// regular files of at most 4 MiB are opened, at most 64 of them, and a text is cut after 400 bytes. Slow when the disk
/// is.
std::vector<std::string> readSourceLines(const std::vector<SourcePlace>& places, const std::string& directory,
                                         std::stop_token stop = {});

/// The lines around one, as they stand in the file.
struct SourceExcerpt {
    std::uint32_t first = 0;  ///< the number of the first, from 1
    std::vector<std::string>
        lines;             ///< UTF-8, tabs as four blanks; empty: the file has no such line, or cannot be read
    bool isNewer = false;  ///< the file was changed after `recorded`
};
/// `recorded`: nanoseconds since 1970. Limits as above.
SourceExcerpt readSourceExcerpt(const SourcePlace& place, std::uint32_t around, const std::string& directory,
                                std::int64_t recorded);

}  // namespace heapprof::gui
