// Finds the marks in an event log of version 2: FORMAT.md, "Rows of .hpd".
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/bytes/input_file.h"
#include "core/capture/block.h"
#include "core/capture/mark.h"

namespace heapprof {

/// All marks of a log, in its order; `text` gives the string of a number in the metadata. Steps over the events, but
/// reads the whole log.
std::vector<Mark> readMarks(const InputFile& file, const std::function<std::string(std::uint32_t)>& text);

}  // namespace heapprof
