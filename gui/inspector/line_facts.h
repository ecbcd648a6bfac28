// What is known of one line of code at what the views show. No widgets.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/stacks/line_table.h"
#include "core/traces/frame_grouping.h"
#include "gui/document/instant_result.h"

namespace heapprof::gui {

struct LineFacts {
    struct Call {
        LineIndex line;
        std::string function, place;
        std::int64_t amount = 0;
    };
    std::shared_ptr<const InstantResult> result;
    LineIndex line;
    std::string function;  ///< "" where the capture has none
    ModuleKind kind = ModuleKind::Own;
    LineUsage usage;                                      ///< nothing where the line holds nothing
    std::vector<Call> callers, callees;                   ///< the greatest few
    std::map<std::uint32_t, std::int64_t> amountsAround;  ///< by number of the lines of its file near it: cumulative
};

/// How many lines before and after it are near a line.
constexpr std::uint32_t kLinesAround = 3;

/// Makes tables of the result when nobody has: not for the GUI thread.
LineFacts factsOf(std::shared_ptr<const InstantResult> result, LineIndex line, std::stop_token stop);

}  // namespace heapprof::gui
