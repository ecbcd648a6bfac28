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
#include "gui/source/source_lines.h"

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
    LineUsage usage;                     ///< nothing where the line holds nothing
    std::vector<Call> callers, callees;  ///< the greatest few
    SourceExcerpt source;
    std::map<std::uint32_t, std::int64_t> amountsOfSource;  ///< by the number of a line of `source`: cumulative
};

/// Reads the source file: not for the GUI thread.
LineFacts factsOf(std::shared_ptr<const InstantResult> result, LineIndex line, std::stop_token stop);

}  // namespace heapprof::gui
