// One filter that the user has set: only the stacks through some code, or all but those.
#pragma once

#include <string>
#include <vector>

#include "core/traces/trace_set.h"

namespace heapprof::gui {

struct TraceFilter {
    enum class By { Line, Function, File, Module, Thread };

    By by = By::Line;
    LineIndex line;           ///< by line
    FunctionIndex function;   ///< by function
    std::string name;         ///< what it is called; by file, module and thread what it is
    bool isExcluded = false;  ///< all but those

    bool operator==(const TraceFilter&) const = default;
};

/// The traces that pass every filter.
TraceSet tracesOf(const TraceTable& traces, const std::vector<TraceFilter>& filters);

}  // namespace heapprof::gui
