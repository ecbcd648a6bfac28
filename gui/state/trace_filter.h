// One filter that the user has set: only the stacks through some code, or all but those.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/traces/frame_grouping.h"
#include "core/traces/trace_set.h"

namespace heapprof::gui {

struct TraceFilter {
    enum class By { Line, Function, File, Module, Thread, Code, Pattern, Words, Label };

    By by = By::Line;
    LineIndex line;                                   ///< by line
    FunctionIndex function;                           ///< by function
    std::string name;                                 ///< what it is called; of all others but code it is what is meant
    bool isExcluded = false;                          ///< all but those
    ModuleKind code = ModuleKind::Own;                ///< by code: whose code allocates
    std::optional<std::string> value = std::nullopt;  ///< by label: its value; unset: any

    bool operator==(const TraceFilter&) const = default;
};

/// What the search for `typed` finds, or all but that.
TraceFilter filterOf(const std::string& typed, bool isExcluded);

/// The traces that pass every filter. By code: those whose innermost shown frame is in it. By pattern: those with a
/// frame whose "function file:line" has a match; by words: that holds all of them (see SearchText).
TraceSet tracesOf(const TraceTable& traces, const std::vector<TraceFilter>& filters);

}  // namespace heapprof::gui
