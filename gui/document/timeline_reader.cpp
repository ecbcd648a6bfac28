#include "gui/document/timeline_reader.h"

#include <utility>

namespace heapprof::gui {

void TimelineReader::readUpTo(std::uint64_t offset, const std::stop_token& stop) {
    std::vector<Mark> marks;
    bool hasMore = m_reader != nullptr;
    while (hasMore && m_reader->offset() < offset && !stop.stop_requested()) {
        marks.clear();
        hasMore = m_reader->readChunk(marks);
        m_isNew |= !marks.empty();
        m_builder.add(marks);
    }
}

std::shared_ptr<const Timeline> TimelineReader::timeline() {
    if (std::exchange(m_isNew, false)) m_published = std::make_shared<const Timeline>(m_builder.timeline());
    return m_published;
}

}  // namespace heapprof::gui
