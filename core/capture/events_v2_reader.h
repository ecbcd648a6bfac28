// Reads the event log of version 2: FORMAT.md, "Rows of .hpd".
#pragma once

#include "core/bytes/input_file.h"
#include "core/capture/block_reader.h"
#include "core/capture/event.h"

namespace heapprof {

class EventsV2Reader : public EventReader {
public:
    /// Throws FileError when the file is unusable or, by its uuid, of another recording than `uuid`.
    EventsV2Reader(std::shared_ptr<const InputFile> file, const Uuid& uuid);

    std::size_t read(std::span<Event> events) override;
    EventPosition position() const override;
    void seek(const EventPosition& position) override;
    std::uint64_t length() const override { return m_file->size(); }
    const std::vector<Damage>& damage() const override { return m_blocks.damage(); }

private:
    struct Allocation {
        std::uint64_t size;
        std::uint32_t trace;
    };

    bool loadMore();
    bool nextBlock();
    std::size_t decode(std::span<Event> events);
    /// Reads one row that is no plain allocation, free or short time step. False: the rest of the block is damaged.
    bool decodeOther(const std::uint8_t* row, unsigned type, Event& event, bool& isEvent);
    void abandonBlock(const char* reason);

    std::shared_ptr<const InputFile> m_file;
    FileHeader m_header;
    BlockReader m_blocks;
    LoadedBlock m_block;
    LoadedBlock m_upcoming;  // where the next one is loaded
    bool m_hasBlock = false;
    bool m_abandoned = false;  // the rest of the block is damaged
    std::size_t m_at = 0;      // of the next row in the payload
    std::uint64_t m_eventsInBlock = 0;
    std::int64_t m_clock = 0;   // time of the rows, as the block counts it
    std::uint32_t m_trace = 0;  // of "the row before"
    std::uint64_t m_size = 0;
    std::vector<Allocation> m_allocations;  // of this block, for near frees
    std::int64_t m_time = 0;                // of the last event delivered
    std::uint64_t m_events = 0;             // delivered
};

}  // namespace heapprof
