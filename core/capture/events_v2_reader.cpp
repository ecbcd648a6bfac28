#include "core/capture/events_v2_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace heapprof {
EventsV2Reader::EventsV2Reader(std::shared_ptr<const InputFile> file, const Uuid& uuid, bool usesAvx2)
    : m_usesAvx2(usesAvx2),
      m_file(std::move(file)),
      m_header(readFileHeader(*m_file, kEventsMagic)),
      m_chunks(*m_file, m_header) {
    if (m_header.uuid != uuid)
        throw FileError(FileError::Kind::NotACapture, m_file->path(),
                        "belongs to another recording than the .hpm file beside it", offsetof(FileHeader, uuid));
}

std::size_t EventsV2Reader::read(std::span<Event> events) {
    Event* next = events.data();
    auto store = [&](const Event& event) { *next++ = event; };
    return visit(events.size(), store);
}

/// Called when the loaded chunk has nothing more. An open chunk is looked at again; a sealed one is left for the next.
bool EventsV2Reader::loadMore() {
    if (m_hasChunk && !m_chunk.header.sealed()) {
        if (!m_chunks.hasChanged(m_chunk, m_at)) return false;
        const std::vector<std::uint8_t> seen(m_chunk.payload.begin(),
                                             m_chunk.payload.begin() + static_cast<std::ptrdiff_t>(fixedLength()));
        if (!m_chunks.reload(m_chunk)) {  // gone, or damaged when it was sealed: go on behind it, if anything is there
            m_abandoned = m_abandoned || m_chunk.header.sealed();
            return m_chunk.header.sealed() && nextChunk();
        }
        makeRoom();
        const bool sameStart =
            m_chunk.payload.size() >= seen.size() && std::equal(seen.begin(), seen.end(), m_chunk.payload.begin());
        m_at = std::min(m_at, m_chunk.payload.size());
        if (!sameStart) abandonChunk("the log changed where it was already read");
        if (!m_abandoned && isHalfWritten()) return false;
        if (!m_abandoned && m_chunk.isPublished(m_at)) return true;
        if (!m_chunk.header.sealed()) return false;
    }
    return nextChunk();
}

/// How much of what was read of an open chunk stays as it is: all but how many events were lost, which its last record
/// goes on to count.
std::size_t EventsV2Reader::fixedLength() const { return m_at - (m_endsWithLost ? sizeof(std::uint64_t) : 0); }

/// Where the writer cannot map the file, a record that crosses a page of it may arrive in two pieces.
bool EventsV2Reader::isHalfWritten() const {
    const std::size_t left = m_chunk.payload.size() - m_at;
    return !m_chunk.header.sealed() && m_chunk.payload.size() < kChunkSize - sizeof(ChunkHeader) && left > 0 &&
           records::length(m_chunk.payload[m_at]) > left;
}

/// Keeps the present chunk when there is no next one, so that position() stays within the log.
bool EventsV2Reader::nextChunk() {
    if (!m_chunks.next(m_upcoming)) return false;
    std::swap(m_chunk, m_upcoming);
    if (m_hasChunk) m_lost.add(m_firstOrdinal + m_allocationCount, m_chunk.header.firstOrdinal);
    m_firstOrdinal = m_chunk.header.firstOrdinal;
    m_hasChunk = true;
    m_abandoned = false;
    m_at = 0;
    m_eventsInChunk = 0;
    m_clock = m_chunk.header.firstTime;
    m_recordBefore = 0;
    m_endsWithLost = false;
    m_wide.clear();
    m_allocationCount = 0;
    makeRoom();
    if (m_clock < 0 || m_clock > kLatestTime) abandonChunk("a chunk starts at an impossible time");
    return true;
}

void EventsV2Reader::abandonChunk(const char* reason) {
    if (!m_abandoned)
        m_chunks.report(
            m_chunk.offset + m_chunk.header.length + m_at, m_chunk.payload.size() - m_at, reason,
            Stretch{Micros(m_clock),
                    m_chunk.header.sealed() ? std::optional(Micros(m_chunk.header.lastTime)) : std::nullopt});
    m_abandoned = true;
}

/// Any record, by the rules.
EventsV2Reader::Step EventsV2Reader::decodeRecord(Event& event) {
    if (!m_chunk.isPublished(m_at) || isHalfWritten()) return Step::End;
    const std::uint8_t* at = m_chunk.payload.data() + m_at;
    const std::uint8_t control = *at;
    const std::size_t length = records::length(control);
    if (length > m_chunk.payload.size() - m_at) {
        abandonChunk("a record is cut off");
        return Step::End;
    }
    ++at;
    Step step = Step::Event;
    const unsigned traceBytes = control >> 2 & 3;
    const std::size_t sizeBytes = records::sizeBytes(control >> 4 & 3);
    switch (control & 3) {
        case records::Allocation:
        case records::CrossChunkFree:
            if (traceBytes) m_recordBefore = (m_recordBefore >> 32 << 32) | records::number(at, traceBytes);
            if (sizeBytes)
                m_recordBefore =
                    static_cast<std::uint32_t>(m_recordBefore) | records::number(at + traceBytes, sizeBytes) << 32;
            event.trace = TraceIndex(static_cast<std::uint32_t>(m_recordBefore));
            event.size = m_recordBefore >> 32;
            if ((control & 3) == records::Allocation) {
                m_allocations[m_allocationCount++] = m_recordBefore;
            } else {
                event.kind = EventKind::Free;
                event.distance = distanceOfDelivered(records::number(at + traceBytes + sizeBytes, (control >> 6) + 1u));
            }
            break;
        case records::InChunkFree:
            step = decodeInChunkFree(records::number(at, traceBytes), event);
            break;
        default:
            step = decodeOther(at, control >> 2, event);
    }
    if (step == Step::End) return step;
    m_at += length;
    m_endsWithLost = control == records::Lost << 2;
    if (step == Step::Event) {
        m_time = std::max(m_time, m_clock);
        event.time = Micros(m_time);
    }
    return step;
}

/// For the chunk's allocations, which are not more than its bytes, and one more, for visitFast() to write to.
void EventsV2Reader::makeRoom() {
    if (m_allocations.size() <= m_chunk.payload.size()) m_allocations.resize(m_chunk.payload.size() + 1);
}

std::uint64_t EventsV2Reader::distanceOfDelivered(std::uint64_t distance) const {
    distance = std::min(distance, std::uint64_t{std::numeric_limits<std::int64_t>::max()});
    if (distance < m_allocationCount || m_lost.empty()) return distance;
    return m_lost.distanceOfDelivered(distance, m_firstOrdinal + m_allocationCount);
}

EventsV2Reader::Step EventsV2Reader::decodeInChunkFree(std::uint64_t distance, Event& event) {
    if (distance >= m_allocationCount) {
        abandonChunk("a free names an allocation that is not in its chunk");
        return Step::End;
    }
    const records::TraceAndSize freed = m_allocations[m_allocationCount - 1 - distance];
    const auto trace = static_cast<std::uint32_t>(freed);
    const Allocation allocation = trace == kWide ? m_wide[freed >> 32] : Allocation{freed >> 32, trace};
    event.kind = EventKind::Free;
    event.distance = distance;
    event.trace = TraceIndex(allocation.trace);
    event.size = allocation.size;
    return Step::Event;
}

EventsV2Reader::Step EventsV2Reader::decodeOther(const std::uint8_t* record, unsigned type, Event& event) {
    if (type <= records::TimeStep24) {
        m_clock += static_cast<std::int64_t>(records::number(record, type));
    } else if (type == records::TimeStep64) {
        const std::uint64_t step = records::number(record, 8);
        if (step > static_cast<std::uint64_t>(kLatestTime) || m_clock > kLatestTime - static_cast<std::int64_t>(step)) {
            abandonChunk("time leaves the possible range");
            return Step::End;
        }
        m_clock += static_cast<std::int64_t>(step);
    }
    if (type != records::WideAllocation && type != records::WideFree) return Step::NoEvent;
    event.trace = TraceIndex(static_cast<std::uint32_t>(records::number(record, 4)));
    event.size = records::number(record + 8, 8);
    if (type == records::WideAllocation) {
        m_allocations[m_allocationCount++] = std::uint64_t{m_wide.size()} << 32 | kWide;
        m_wide.push_back({event.size, event.trace.value});
    } else {
        event.kind = EventKind::Free;
        event.distance = distanceOfDelivered(records::number(record + 16, 8));
    }
    return Step::Event;
}

EventPosition EventsV2Reader::position() const {
    EventPosition position;
    position.offset = m_hasChunk ? m_chunk.offset : m_chunks.nextOffset();
    position.skip = m_hasChunk ? m_eventsInChunk : 0;
    position.clock = m_clock;
    position.time = m_time;
    position.events = m_events;
    return position;
}

void EventsV2Reader::seek(const EventPosition& position) {
    m_chunks.seek(position.offset == 0 ? m_header.length : position.offset);
    m_hasChunk = false;
    m_chunk = {};
    m_lost.clear();
    m_time = 0;
    m_events = position.events - position.skip;
    auto skip = [](const Event&) {};
    visit(position.skip, skip);
    if (position.skip > 0 && m_chunk.offset != position.offset)
        throw FileError(FileError::Kind::Damaged, m_file->path(), "a chunk that had been read is not there any more",
                        position.offset);
    m_time = std::max(m_time, position.time);
}

}  // namespace heapprof
