// Which traces belong to a part of the program: to a line, a function, a file, a module, a thread.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "core/capture/trace_table.h"

namespace heapprof {

/// Whether a frame is meant.
using FramePredicate = std::function<bool(FrameIndex)>;

/// For every trace whether a frame of its stack is meant (cumulative), or its innermost shown one (local; see
/// ShownFrames). Asks for each
/// frame of the table once. Trace 0, the unknown one, has no frames.
std::vector<bool> tracesThrough(const TraceTable& traces, const FramePredicate& isMeant, bool cumulative);

/// Those through one line.
std::vector<bool> tracesThrough(const TraceTable& traces, LineIndex line, bool cumulative = true);

/// Those that allocated in a thread of that name.
std::vector<bool> tracesOfThread(const TraceTable& traces, std::string_view name);

/// Whether a source file is that of the module or, when that is a package, of something in it: as far as its path
/// tells, which is all that a capture knows. "a.b" is any .../a/b.py and all below any .../a/b/.
bool belongsToModule(std::string_view file, std::string_view module);

}  // namespace heapprof
