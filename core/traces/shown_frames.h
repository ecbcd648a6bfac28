// Which frames of a stack people see: all but the interpreter's machinery and heapprof itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/capture/trace_table.h"

namespace heapprof {

/// Whether a source file is part of the machinery that runs a program rather than of the program: a module frozen into
/// the interpreter ("<frozen importlib._bootstrap>"), or a module of the heapprof package that is not public. Other
/// code without a file is the program's: "<stdin>", "<string>", cells of a notebook, templates.
bool isInternal(std::string_view file);

/// Code whose frames are cut out of the stacks.
struct HiddenFrames {
    bool internal = true;  ///< isInternal() files
    bool standardLibrary = false;
    bool sitePackages = false;
    std::vector<std::string> modules{};  ///< as moduleOf() names them

    static HiddenFrames none() { return {false, false, false, {}}; }
    bool hides(std::string_view file) const;
    bool operator==(const HiddenFrames&) const = default;
};

/// The frames of a capture that are shown. What a hidden frame allocated counts for the innermost shown one that called
/// it. Refers to `traces`.
class ShownFrames {
public:
    explicit ShownFrames(const TraceTable& traces, const HiddenFrames& hidden = {});

    bool isShown(FrameIndex frame) const { return m_isShown[frame.value]; }
    /// The node itself or the nearest one above it whose frame is shown; the root when there is none.
    NodeIndex innermost(NodeIndex node) const;
    /// The next shown one above `node`; the root when there is none.
    NodeIndex callerOf(NodeIndex node) const { return innermost(m_traces.node(node).parent); }
    /// Those of a trace, outermost first.
    std::vector<FrameIndex> of(TraceIndex trace) const;

private:
    const TraceTable& m_traces;
    std::vector<bool> m_isShown;
};

}  // namespace heapprof
