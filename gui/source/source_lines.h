// The text of single lines of code.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "gui/source/source_file.h"

namespace heapprof::gui {

struct SourcePlace {
    SourceQuery source;
    std::uint32_t line = 0;  ///< from 1
};

/// One text per place, without the blanks around it; "" where there is none. At most 64 files are read; a text is cut
/// after 400 bytes. As slow as the disk.
std::vector<std::string> readSourceLines(const std::vector<SourcePlace>& places, std::stop_token stop = {});

}  // namespace heapprof::gui
