// Which groups of frames have a text in what they are called.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gui/common/frame_labels.h"
#include "gui/common/text_match.h"

namespace heapprof::gui {

/// Looks at the groupText() of each frame once: many nodes share few frames. Refers to `traces`.
class GroupTextMatcher {
public:
    /// `text` is UTF-8; ASCII letters match in either case.
    GroupTextMatcher(const TraceTable& traces, Grouping grouping, std::string text)
        : m_traces(traces), m_grouping(grouping), m_text(std::move(text)), m_known(traces.frameCount(), Unknown) {}

    bool matches(FrameIndex frame) {
        char& known = m_known[frame.value];
        if (known == Unknown) known = containsText(groupText(m_traces, frame, m_grouping), m_text) ? Yes : No;
        return known == Yes;
    }

private:
    enum : char { Unknown, No, Yes };

    const TraceTable& m_traces;
    Grouping m_grouping;
    std::string m_text;
    std::vector<char> m_known;
};

}  // namespace heapprof::gui
