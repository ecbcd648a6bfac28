// Reads the event log of heapprof 1.0.2, and tells whether that log was sampled at all.
//
// A record is u32 (big endian) word | varint seconds | varint microseconds | varint size. Word: bit 31 the step goes
// back, bit 30 free, bits 0-29 trace. The step is seconds * 10^6 + microseconds or, with bit 31, microseconds -
// seconds * 10^6. There is no header, no checksum and no mark to find the next record by.
#pragma once

#include <algorithm>
#include <cstring>

#include "core/bytes/input_file.h"
#include "core/bytes/varint.h"
#include "core/capture/decoding.h"
#include "core/capture/event.h"
#include "core/capture/sampling.h"

namespace heapprof {

class EventsV1Reader final : public EventReader {
public:
    /// Any content is a log, up to its first impossible record. `usesAvx2` chooses the loop, not what comes of it.
    explicit EventsV1Reader(std::shared_ptr<const InputFile> file, bool usesAvx2 = hasAvx2());

    std::size_t read(std::span<Event> events) override;
    EventPosition position() const override;
    void seek(const EventPosition& position) override;
    std::uint64_t length() const override { return m_file->size(); }
    const std::vector<Damage>& damage() const override { return m_damage; }

    /// As visitEvents().
    template <typename Visit>
    std::size_t visit(std::size_t most, Visit& visit);

private:
    static constexpr std::size_t kShortestRecord = 7, kLongestRecord = 4 + 3 * kMaxVarintLength;
    static constexpr std::uint32_t kBackwards = 0x80000000, kFree = 0x40000000, kTraceMask = 0x3fffffff;
    /// What visitFast() has to be able to read from the start of a record.
    static constexpr std::size_t kReach = std::max(kLongestRecord, kRecordsReach);

    static Event makeEvent(std::uint32_t word, std::uint64_t size, std::int64_t time) {
        Event event;
        event.time = Micros(time);
        event.size = size;
        event.trace = TraceIndex(word & kTraceMask);
        event.kind = word & kFree ? EventKind::Free : EventKind::Allocation;
        event.distance = word & kFree ? Event::kUnknownDistance : 0;
        return event;
    }
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
    const std::uint8_t* fastEnd() const;
    bool fill();
    bool decodeSlowly(Event& event);

    const bool m_usesAvx2;
    std::shared_ptr<const InputFile> m_file;
    std::vector<std::uint8_t> m_buffer;
    std::size_t m_at = 0;              // of the next record in the buffer
    std::size_t m_end = 0;             // of the bytes in the buffer
    std::uint64_t m_bufferOffset = 0;  // of the buffer in the file
    std::int64_t m_clock = 0;          // exact sum of the steps
    std::int64_t m_time = 0;           // its running maximum
    std::uint64_t m_events = 0;
    bool m_stopped = false;  // at damage: there is no way to find the next record
    std::vector<Damage> m_damage;
};

template <typename Visit>
std::size_t EventsV1Reader::visit(std::size_t most, Visit& visit) {
    std::size_t count = 0;
    while (count < most && !m_stopped) {
        count += m_usesAvx2 ? visitAvx2(most - count, visit) : visitScalar(most - count, visit);
        if (count == most) break;
        if (m_end - m_at < kReach && fill()) continue;
        Event event;
        if (!decodeSlowly(event)) break;
        ++count;
        visit(event);
    }
    m_events += count;
    return count;
}

/// Visits records as long as they are far from the end of the buffer and like nearly all are: steps of less than a
/// second (so that the clock cannot run over in here) and short numbers.
template <typename Isa, typename Visit>
std::size_t EventsV1Reader::visitFast(std::size_t most, Visit& visitor) {
    Visit visit = visitor;  // in registers, as far as they reach
    const std::uint8_t* at = m_buffer.data() + m_at;
    const std::uint8_t* const end = fastEnd();
    std::int64_t clock = m_clock, time = m_time;
    std::size_t count = 0;
    Lengths lengths;
    for (bool isFast = true; isFast && at < end && count < most;) {
        const std::size_t window =
            std::min({static_cast<std::size_t>(end - at), kWindow, (most - count) * kShortestRecord});
        Isa::findRecordsV1(lengths, at, window);
        std::size_t next = 0;
        for (; next < window; ++count) {
            const std::size_t length = lengths[next];
            if (length == 0) [[unlikely]] {
                isFast = false;
                break;
            }
            const std::uint8_t* const record = at + next;
            std::uint32_t word;
            std::memcpy(&word, record, sizeof word);
            word = __builtin_bswap32(word);
            const NumberPair numbers = Isa::numbers(record + kNumbersAt, length);  // microseconds, size
            clock += static_cast<std::int64_t>(numbers.first);
            time = clock > time ? clock : time;
            visit(makeEvent(word, numbers.second, time));
            next += length;
        }
        at += next;
    }
    m_clock = clock;
    m_time = time;
    m_at = static_cast<std::size_t>(at - m_buffer.data());
    if constexpr (std::is_copy_assignable_v<Visit>) visitor = visit;
    return count;
}

/// Whether events of some range come faster than any program allocates, were the sampling table true: heapprof 1.0.2
/// recorded everything on 64-bit Linux, whatever its table said. Looks at the log's first 2^18 events.
bool ignoresSampling(const std::shared_ptr<const InputFile>& log, const Sampling& claimed);

}  // namespace heapprof
