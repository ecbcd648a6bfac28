// Finds text in the frames of a flame graph. No Qt.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "core/capture/trace_table.h"
#include "core/stacks/call_tree.h"
#include "gui/flamegraph/flame_layout.h"

namespace heapprof::gui {

struct FlameMatches {
    std::vector<std::uint32_t> nodes;  ///< ascending: row by row, each from left to right
    std::int64_t matched = 0;          ///< magnitude below or in them, counted once

    bool operator==(const FlameMatches&) const = default;
};

/// The nodes whose groupText holds `text` (UTF-8; ASCII letters match in either case) and that overlap the positions
/// [from, to), to which `matched` is limited too. Nothing for an empty text.
FlameMatches findMatches(const CallTree& tree, const TraceTable& traces, const FlameLayout& layout,
                         const std::string& text, std::int64_t from, std::int64_t to, std::stop_token stop = {});

}  // namespace heapprof::gui
