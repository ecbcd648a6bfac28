#include "gui/document/search_matches.h"

#include "gui/state/search_text.h"

namespace heapprof::gui {

SearchMatches findMatches(const std::vector<bool>& frames, const Snapshot& snapshot, const LineTable& lines,
                          const TraceTable& traces, const HiddenFrames& hidden) {
    SearchMatches matches;
    const ShownFrames shown(traces, hidden);
    matches.frames.resize(frames.size());
    matches.onLine.resize(traces.lineCount());
    for (std::uint32_t i = 0; i < frames.size(); ++i) {
        matches.frames[i] = frames[i] && shown.isShown(FrameIndex(i));
        if (matches.frames[i]) matches.onLine[traces.lineOf(FrameIndex(i)).value] = true;
    }
    for (const LineUsage& usage : lines.lines)
        if (matches.has(usage.line)) matches.lines.push_back(usage.line);
    if (matches.lines.empty()) return matches;
    matches.traces = TraceSet::through(traces, [&](FrameIndex frame) { return matches.frames[frame.value]; });
    for (const auto& [trace, usage] : snapshot.traces)
        if (matches.traces.contains(trace)) matches.usage += usage;
    return matches;
}

std::shared_ptr<const std::vector<bool>> FrameSearch::of(const std::shared_ptr<const CaptureInfo>& info,
                                                         const std::string& text) {
    std::shared_ptr<Lazy<std::vector<bool>>> frames;
    {
        const std::lock_guard lock(m_mutex);
        if (m_info != info || m_text != text) m_frames = std::make_shared<Lazy<std::vector<bool>>>();
        m_info = info;
        m_text = text;
        frames = m_frames;
    }
    const auto& found = frames->get([&] { return matchingFrames(*info->traces, SearchText(text)); });
    return {frames, &found};
}

}  // namespace heapprof::gui
