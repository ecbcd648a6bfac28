// Reads the event log of version 2: FORMAT.md, "Records of .hpd".
#pragma once

#include <algorithm>

#include "core/bytes/input_file.h"
#include "core/capture/chunk_reader.h"
#include "core/capture/decoding.h"
#include "core/capture/event.h"
#include "core/capture/lost_allocations.h"

namespace heapprof {

class EventsV2Reader final : public EventReader {
public:
    /// Throws FileError when the file is unusable or, by its uuid, of another recording than `uuid`. `usesAvx2`
    /// chooses the loop, not what comes of it.
    EventsV2Reader(std::shared_ptr<const InputFile> file, const Uuid& uuid, bool usesAvx2 = hasAvx2());

    std::size_t read(std::span<Event> events) override;
    EventPosition position() const override;
    void seek(const EventPosition& position) override;
    std::uint64_t length() const override { return m_file->size(); }
    const std::vector<Damage>& damage() const override { return m_chunks.damage(); }

    /// As visitEvents().
    template <typename Visit>
    std::size_t visit(std::size_t most, Visit& visit);

private:
    struct Allocation {
        std::uint64_t size;
        std::uint32_t trace;
    };
    enum class Step { Event, NoEvent, End };

    template <typename Isa, typename Visit>
    std::size_t visitFast(std::size_t most, Visit& visitor);
    template <typename Visit>
    [[gnu::flatten]] std::size_t visitScalar(std::size_t most, Visit& visitor) {
        return visitFast<Scalar>(most, visitor);
    }
    template <typename Visit>
    [[gnu::flatten]] HEAPPROF_AVX2 std::size_t visitAvx2(std::size_t most, Visit& visitor) {
        return visitFast<Avx2>(most, visitor);
    }
    Step decodeRecord(Event& event);
    std::uint64_t distanceOfDelivered(std::uint64_t distance) const;
    Step decodeInChunkFree(std::uint64_t distance, Event& event);
    /// Reads one record that is no plain allocation or free. End: the rest of the chunk is damaged.
    Step decodeOther(const std::uint8_t* record, unsigned type, Event& event);
    void makeRoom();
    bool loadMore();
    bool nextChunk();
    bool isHalfWritten() const;
    std::size_t fixedLength() const;
    void abandonChunk(const char* reason);

    const bool m_usesAvx2;
    std::shared_ptr<const InputFile> m_file;
    FileHeader m_header;
    ChunkReader m_chunks;
    LoadedChunk m_chunk;
    LoadedChunk m_upcoming;  // where the next one is loaded
    bool m_hasChunk = false;
    bool m_abandoned = false;     // the rest of the chunk is damaged
    bool m_endsWithLost = false;  // the record read last says that events were lost
    std::size_t m_at = 0;         // of the next record in the payload
    std::uint64_t m_eventsInChunk = 0;
    std::int64_t m_clock = 0;                  // time of the records, as the chunk counts it
    records::TraceAndSize m_recordBefore = 0;  // what "the record before" says
    // Of this chunk, for in-chunk frees; the first m_allocationCount count.
    std::vector<records::TraceAndSize> m_allocations;
    std::size_t m_allocationCount = 0;
    std::uint64_t m_firstOrdinal = 0;  // of the chunk's allocations
    std::vector<Allocation> m_wide;    // those that do not fit there: kWide, and their position in here
    std::int64_t m_time = 0;           // of the last event delivered
    std::uint64_t m_events = 0;        // delivered
    LostAllocations m_lost;            // since the last seek()

    /// No other allocation has that trace.
    static constexpr std::uint32_t kWide = 0xffffffff;
};

template <typename Visit>
std::size_t EventsV2Reader::visit(std::size_t most, Visit& visit) {
    std::size_t count = 0;
    while (count < most) {
        const std::size_t before = count;
        if (m_hasChunk && !m_abandoned) {
            count += m_usesAvx2 ? visitAvx2(most - count, visit) : visitScalar(most - count, visit);
            if (count == most) break;
            Event event;
            const Step step = decodeRecord(event);
            if (step == Step::Event) {
                ++count;
                ++m_eventsInChunk;
                visit(event);
            }
            if (step != Step::End) continue;
        }
        if (count == before && !loadMore()) break;
    }
    m_events += count;
    return count;
}

/// Visits events of a sealed chunk as long as their records are those of the decode table and far from its end, and no
/// wide one came before: so what an in-chunk free names in m_allocations is trace and size. None was lost, so that
/// distances are those of the records.
template <typename Isa, typename Visit>
std::size_t EventsV2Reader::visitFast(std::size_t most, Visit& visitor) {
    Visit visit = visitor;  // in registers, as far as they reach
    const std::size_t size = m_chunk.payload.size();
    if (!m_chunk.header.sealed() || size < records::kFastReach || !m_wide.empty() || !m_lost.empty()) return 0;
    const std::uint8_t* at = m_chunk.payload.data() + m_at;
    const std::uint8_t* const end = m_chunk.payload.data() + (size - records::kFastReach);
    records::TraceAndSize* const allocations = m_allocations.data();
    records::TraceAndSize before = m_recordBefore;
    std::size_t allocationCount = m_allocationCount, count = 0;
    Event event;
    event.time = Micros(std::max(m_time, m_clock));
    Lengths lengths;
    for (bool isFast = true; isFast && at < end && count < most;) {
        // No record is shorter than a byte: a window has at most as many as there may be.
        const std::size_t window = std::min({static_cast<std::size_t>(end - at), kWindow, most - count});
        Isa::findRecordsV2(lengths, at, window);
        std::size_t next = 0;
        for (; next < window; ++count) {
            const std::size_t length = lengths[next];
            const records::DecodeEntry& entry = records::kDecodeTable[at[next]];
            std::uint64_t bytes;
            std::memcpy(&bytes, at + next + 1, sizeof bytes);
            const records::TraceAndSize own = (before & entry.keptMask) | Isa::given(entry, bytes);
            // A cross-chunk free says all itself, an in-chunk free which allocation does, and an allocation becomes one
            // of these: so each finds its trace and size in the list, or right behind it.
            allocations[allocationCount] = own;
            const std::size_t said = allocationCount - (bytes & entry.inChunkDistanceMask) - entry.isInChunk;
            if (length == 0 || said > allocationCount) [[unlikely]] {
                isFast = false;
                break;
            }
            const records::TraceAndSize freed = allocations[said];
            before = own;
            allocationCount += 1 - std::size_t{entry.isFree};
            std::uint32_t distance;
            std::memcpy(&distance, at + next + entry.distanceAt, sizeof distance);
            event.distance = distance & entry.distanceMask;
            event.trace = TraceIndex(static_cast<std::uint32_t>(freed));
            event.size = freed >> 32;
            event.kind = static_cast<EventKind>(entry.isFree);
            visit(static_cast<const Event&>(event));
            next += length;
        }
        at += next;
    }
    if (count > 0) m_time = event.time.count;
    m_at = static_cast<std::size_t>(at - m_chunk.payload.data());
    m_recordBefore = before;
    m_allocationCount = allocationCount;
    m_eventsInChunk += count;
    if constexpr (std::is_copy_assignable_v<Visit>) visitor = visit;
    return count;
}

}  // namespace heapprof
