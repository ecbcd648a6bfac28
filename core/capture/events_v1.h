// Reads the event log of heapprof 1.0.2, and tells whether that log was sampled at all.
//
// A record is u32 (big endian) word | varint seconds | varint microseconds | varint size. Word: bit 31 the step goes
// back, bit 30 free, bits 0-29 trace. The step is seconds * 10^6 + microseconds or, with bit 31, microseconds -
// seconds * 10^6. There is no header, no checksum and no mark to find the next record by.
#pragma once

#include "core/bytes/input_file.h"
#include "core/capture/event.h"
#include "core/capture/sampling.h"

namespace heapprof {

class EventsV1Reader : public EventReader {
public:
    /// Any content is a log, up to its first impossible record.
    explicit EventsV1Reader(std::shared_ptr<const InputFile> file);

    std::size_t read(std::span<Event> events) override;
    EventPosition position() const override;
    void seek(const EventPosition& position) override;
    std::uint64_t length() const override { return m_file->size(); }
    const std::vector<Damage>& damage() const override { return m_damage; }

private:
    bool fill();
    bool decodeSlowly(Event& event);

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

/// Whether events of some range come faster than any program allocates, were the sampling table true: heapprof 1.0.2
/// recorded everything on 64-bit Linux, whatever its table said. Looks at the log's first 2^18 events.
bool ignoresSampling(const std::shared_ptr<const InputFile>& log, const Sampling& claimed);

}  // namespace heapprof
