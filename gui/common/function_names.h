// The names of the functions on lines of code.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/capture/trace_table.h"
#include "gui/common/frame_labels.h"

namespace heapprof::gui {

/// The names of the functions on each line. Where comprehensions and lambdas share the line of the function that they
/// are written in, that one's; where several others do, the name of one with "…".
class FunctionNames {
public:
    explicit FunctionNames(const TraceTable& traces) : m_frames(traces.lineCount()), m_counts(traces.lineCount()) {
        for (std::uint32_t i = 0; i < traces.frameCount(); ++i) {
            const FrameIndex frame(i);
            const std::uint32_t line = traces.lineOf(frame).value;
            Count& count = m_counts[line];
            const bool isNamed = !isWithoutName(functionText(traces, frame));
            if (isNamed ? count.named++ == 0 : count.named == 0 && count.others == 0) m_frames[line] = frame;
            if (!isNamed) ++count.others;
        }
    }
    std::string of(const TraceTable& traces, LineIndex line) const {
        const Count& count = m_counts[line.value];
        if (count.named + count.others == 0) return {};
        const std::string name = functionText(traces, m_frames[line.value]);
        const bool areSeveral = count.named > 1 || (count.named == 0 && count.others > 1);
        return areSeveral ? name + ", …" : name;
    }

private:
    struct Count {
        std::uint32_t named = 0, others = 0;
    };
    /// "load.<locals>.<listcomp>", "<lambda>"; a module's own code has a name in that sense.
    static bool isWithoutName(std::string_view name) {
        const std::string_view last = name.substr(name.rfind('.') + 1);  // npos + 1 is 0
        return last.starts_with('<') && last != "<module>";
    }

    std::vector<FrameIndex> m_frames;
    std::vector<Count> m_counts;
};

}  // namespace heapprof::gui
