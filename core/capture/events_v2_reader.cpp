#include "core/capture/events_v2_reader.h"

#include <algorithm>
#include <utility>

namespace heapprof {
namespace {

constexpr std::int64_t kLatest = std::int64_t{1} << 62;  // later times are damage

}  // namespace

EventsV2Reader::EventsV2Reader(std::shared_ptr<const InputFile> file, const Uuid& uuid)
    : m_file(std::move(file)), m_header(readFileHeader(*m_file, kEventsMagic)), m_blocks(*m_file, m_header) {
    if (m_header.uuid != uuid)
        throw FileError(FileError::Kind::NotACapture, m_file->path(),
                        "belongs to another recording than the .hpm file beside it", offsetof(FileHeader, uuid));
}

std::size_t EventsV2Reader::read(std::span<Event> events) {
    std::size_t count = 0;
    while (count < events.size()) {
        const std::size_t decoded = m_hasBlock ? decode(events.subspan(count)) : 0;
        count += decoded;
        if (decoded == 0 && !loadMore()) break;
    }
    return count;
}

/// Called when the loaded block has nothing more. An open block is looked at again; a sealed one is left for the next.
bool EventsV2Reader::loadMore() {
    if (m_hasBlock && !m_block.header.sealed()) {
        const std::vector<std::uint8_t> seen(m_block.payload.begin(),
                                             m_block.payload.begin() + static_cast<std::ptrdiff_t>(m_at));
        if (!m_blocks.reload(m_block)) {  // gone, or damaged when it was sealed: go on behind it, if anything is there
            return m_block.header.sealed() && nextBlock();
        }
        const bool sameStart =
            m_block.payload.size() >= seen.size() && std::equal(seen.begin(), seen.end(), m_block.payload.begin());
        if (!sameStart) abandonBlock("the log changed where it was already read");
        if (!m_abandoned && m_block.isPublished(m_at)) return true;
        if (!m_block.header.sealed()) return false;
    }
    return nextBlock();
}

/// Keeps the present block when there is no next one, so that position() stays within the log.
bool EventsV2Reader::nextBlock() {
    if (!m_blocks.next(m_upcoming)) return false;
    std::swap(m_block, m_upcoming);
    m_hasBlock = true;
    m_abandoned = false;
    m_at = 0;
    m_eventsInBlock = 0;
    m_clock = m_block.header.firstTime;
    m_trace = 0;
    m_size = 0;
    m_allocations.clear();
    if (m_clock < 0 || m_clock > kLatest) abandonBlock("a block starts at an impossible time");
    return true;
}

void EventsV2Reader::abandonBlock(const char* reason) {
    if (!m_abandoned)
        m_blocks.report(m_block.offset + m_block.header.length + m_at, m_block.payload.size() - m_at, reason);
    m_abandoned = true;
}

std::size_t EventsV2Reader::decode(std::span<Event> events) {
    std::size_t count = 0;
    const std::uint8_t* const payload = m_block.payload.data();
    const std::size_t size = m_block.payload.size();
    while (count < events.size() && !m_abandoned && m_block.isPublished(m_at)) {
        const std::uint8_t* at = payload + m_at;
        const std::uint8_t control = *at;
        const std::size_t length = row::length(control);
        if (length > size - m_at) {
            abandonBlock("a row is cut off");
            break;
        }
        ++at;
        Event event;
        bool isEvent = true;
        switch (control & 3) {
            case row::Allocation:
            case row::FarFree: {
                const unsigned traceBytes = control >> 2 & 3;
                const std::size_t sizeBytes = row::sizeBytes(control >> 4 & 3);
                if (traceBytes) m_trace = static_cast<std::uint32_t>(row::number(at, traceBytes));
                if (sizeBytes) m_size = row::number(at + traceBytes, sizeBytes);
                event.trace = TraceIndex(m_trace);
                event.size = m_size;
                if ((control & 3) == row::Allocation) {
                    m_allocations.push_back({m_size, m_trace});
                } else {
                    event.kind = EventKind::Free;
                    event.age = row::number(at + traceBytes + sizeBytes, (control >> 6) + 1u);
                }
                break;
            }
            case row::NearFree: {
                event.kind = EventKind::Free;
                event.age = row::number(at, control >> 2 & 3);
                if (event.age >= m_allocations.size()) {
                    abandonBlock("a free names an allocation that is not in its block");
                    return count;
                }
                const Allocation& freed = m_allocations[m_allocations.size() - 1 - event.age];
                event.trace = TraceIndex(freed.trace);
                event.size = freed.size;
                break;
            }
            default: {
                const unsigned type = control >> 2;
                if (type <= row::TimeStep24) {
                    m_clock += static_cast<std::int64_t>(row::number(at, type));
                    isEvent = false;
                } else if (!decodeOther(at, type, event, isEvent)) {
                    return count;
                }
            }
        }
        m_at += length;
        if (!isEvent) continue;
        m_time = std::max(m_time, m_clock);
        event.time = Micros(m_time);
        events[count++] = event;
        ++m_eventsInBlock;
        ++m_events;
    }
    return count;
}

bool EventsV2Reader::decodeOther(const std::uint8_t* row, unsigned type, Event& event, bool& isEvent) {
    isEvent = type == row::WideAllocation || type == row::WideFree;
    if (type == row::TimeStep64) {
        const std::uint64_t step = row::number(row, 8);
        if (step > static_cast<std::uint64_t>(kLatest) || m_clock > kLatest - static_cast<std::int64_t>(step)) {
            abandonBlock("time leaves the possible range");
            return false;
        }
        m_clock += static_cast<std::int64_t>(step);
    }
    if (!isEvent) return true;
    event.trace = TraceIndex(static_cast<std::uint32_t>(row::number(row, 4)));
    event.size = row::number(row + 8, 8);
    if (type == row::WideAllocation) {
        m_allocations.push_back({event.size, event.trace.value});
    } else {
        event.kind = EventKind::Free;
        event.age = row::number(row + 16, 8);
    }
    return true;
}

EventPosition EventsV2Reader::position() const {
    EventPosition position;
    position.offset = m_hasBlock ? m_block.offset : m_blocks.nextOffset();
    position.skip = m_hasBlock ? m_eventsInBlock : 0;
    position.clock = m_clock;
    position.time = m_time;
    position.events = m_events;
    return position;
}

void EventsV2Reader::seek(const EventPosition& position) {
    m_blocks.seek(position.offset == 0 ? m_header.length : position.offset);
    m_hasBlock = false;
    m_block = {};
    m_time = 0;
    m_events = position.events - position.skip;
    Event skipped[64];
    for (std::uint64_t left = position.skip; left > 0;) {
        const std::size_t count = read({skipped, static_cast<std::size_t>(std::min<std::uint64_t>(left, 64))});
        if (count == 0) break;
        left -= count;
    }
    m_time = std::max(m_time, position.time);
}

}  // namespace heapprof
