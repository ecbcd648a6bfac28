// Reads the timeline of a capture, also as it grows.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>

#include "core/capture/capture.h"
#include "core/capture/mark_reader.h"
#include "core/state/timeline.h"

namespace heapprof::gui {

/// One thread at a time.
class TimelineReader {
public:
    explicit TimelineReader(std::shared_ptr<Capture> capture)
        : m_capture(std::move(capture)), m_reader(m_capture->markReader()) {}

    /// Reads on to `offset` in the event log, or as far as the log goes now; ends early when `stop` is requested.
    void readUpTo(std::uint64_t offset, const std::stop_token& stop = {});
    /// What has been read so far: the same as before when nothing was added. Never null.
    std::shared_ptr<const Timeline> timeline();

private:
    std::shared_ptr<Capture> m_capture;
    std::unique_ptr<MarkReader> m_reader;  // null: the capture has no marks
    TimelineBuilder m_builder;
    std::shared_ptr<const Timeline> m_published = std::make_shared<const Timeline>();
    bool m_isNew = false;
};

}  // namespace heapprof::gui
