// What a search finds in a result: what every view marks, and the one number that is said of it.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/capture/capture.h"
#include "core/stacks/line_table.h"
#include "core/traces/trace_set.h"
#include "gui/document/lazy.h"

namespace heapprof::gui {

/// Immutable. Only frames that are shown are found.
struct SearchMatches {
    std::vector<bool> frames;            ///< by frame: whether it matches
    std::vector<bool> onLine;            ///< by line of code: whether one of its frames does
    std::vector<LineIndex> lines;        ///< those that hold memory, in the order of the table of lines
    TraceSet traces = TraceSet::none();  ///< that pass through a match
    Estimate usage;                      ///< of those traces: memory that passes through several matches counts once

    bool has(LineIndex line) const { return line.value < onLine.size() && onLine[line.value]; }
};

SearchMatches findMatches(const std::vector<bool>& frames, const Snapshot& snapshot, const LineTable& lines,
                          const TraceTable& traces, const HiddenFrames& hidden);

/// Keeps what the last text has found. Any thread.
class LastSearch {
public:
    std::shared_ptr<Lazy<SearchMatches>> of(const std::string& text) {
        const std::lock_guard lock(m_mutex);
        if (!m_matches || m_text != text) m_matches = std::make_shared<Lazy<SearchMatches>>();
        m_text = text;
        return m_matches;
    }

private:
    std::mutex m_mutex;
    std::string m_text;
    std::shared_ptr<Lazy<SearchMatches>> m_matches;
};

/// Which frames of a capture match what was looked for last. Any thread.
class FrameSearch {
public:
    /// `text` as it was typed.
    std::shared_ptr<const std::vector<bool>> of(const std::shared_ptr<const CaptureInfo>& info,
                                                const std::string& text);

private:
    std::mutex m_mutex;
    std::shared_ptr<const CaptureInfo> m_info;
    std::string m_text;
    std::shared_ptr<Lazy<std::vector<bool>>> m_frames;
};

}  // namespace heapprof::gui
