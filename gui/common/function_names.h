// The names of the functions on lines of code.
#pragma once

#include <string>
#include <vector>

#include "core/capture/trace_table.h"
#include "gui/common/frame_labels.h"

namespace heapprof::gui {

/// The names of the functions on each line, by one frame of each.
class FunctionNames {
public:
    explicit FunctionNames(const TraceTable& traces) : m_frames(traces.lineCount()), m_counts(traces.lineCount(), 0) {
        for (std::uint32_t i = 0; i < traces.frameCount(); ++i) {
            const std::uint32_t line = traces.lineOf(FrameIndex(i)).value;
            if (m_counts[line]++ == 0) m_frames[line] = FrameIndex(i);
        }
    }
    std::string of(const TraceTable& traces, LineIndex line) const {
        if (m_counts[line.value] == 0) return {};
        const std::string name = functionText(traces, m_frames[line.value]);
        return m_counts[line.value] > 1 ? name + ", …" : name;
    }

private:
    std::vector<FrameIndex> m_frames;
    std::vector<std::uint32_t> m_counts;
};

}  // namespace heapprof::gui
