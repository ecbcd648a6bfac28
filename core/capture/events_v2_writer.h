// Writes the event log (.hpd): FORMAT.md, "Records of .hpd".
#pragma once

#include <cstdint>
#include <optional>

#include "core/capture/chunk_writer.h"
#include "core/capture/memory_part.h"
#include "core/capture/weights.h"
#include "core/units.h"

namespace heapprof {

/// One log, from create() to close(). Never allocates after create(). Not thread-safe: the owner locks.
/// When the disk fills, or the file is taken away, what was written stays readable and every further event is counted
/// in one "lost" record.
class EventsV2Writer {
public:
    /// Which allocation an event was: allocations recorded before it.
    using Ordinal = std::uint64_t;

    /// Returns 0 or an errno. `weights` must live until close().
    int create(const char* path, const FileHeader& header, const Weights& weights,
               AppendFile::Existing existing = AppendFile::Existing::Replaced) noexcept;
    /// Before create(); see AppendFile::limitTo().
    void limitTo(ByteBudget* budget) noexcept { m_chunks.limitTo(budget); }
    bool isOpen() const { return m_chunks.isOpen(); }
    /// Goes on with weights that are those so far for all traces so far. They live until close(), or the next call.
    void weighBy(const Weights& weights) noexcept;

    /// The events from here on happened at `now`; times never go back. True when it is later than before.
    bool setTime(Micros now) noexcept;
    Ordinal allocation(TraceIndex trace, std::uint64_t size) noexcept;
    /// Ends the allocation with that ordinal, which had this trace and size.
    void free(Ordinal ordinal, TraceIndex trace, std::uint64_t size) noexcept;
    /// The resident set size, and how much of it the profiler takes itself.
    void resident(std::uint64_t bytes, std::uint64_t ofProfiler = 0,
                  const std::optional<ResidentKinds>& kinds = std::nullopt) noexcept;
    /// A part of the memory of the process, as it is read now: `part` is a MemoryPart. The last of a reading is
    /// MemoryPart::Complete.
    void memoryPart(MemoryPart part, std::uint64_t bytes) noexcept;
    /// Bytes of the mappings that count, whether they are in RAM or not.
    void reserved(std::uint64_t bytes) noexcept;
    /// The greatest resident set size the kernel has seen so far.
    void residentPeak(std::uint64_t bytes) noexcept;
    /// A garbage collection that has just ended.
    void collection(unsigned generation, Micros duration) noexcept;
    void mark(records::MarkKind kind, StringIndex text, ThreadIndex thread) noexcept;
    /// An event that could not be recorded; from then on all are lost.
    void lose() noexcept;

    std::uint64_t lost() const { return m_lost; }
    int error() const { return m_chunks.error(); }
    Micros time() const { return m_time; }
    Ordinal nextOrdinal() const { return m_nextOrdinal; }
    /// Estimated live bytes: what chunk headers say.
    std::int64_t liveBytes() const { return m_weights->whole(m_live); }
    /// Memory of the process that the log takes: the used part of what is mapped of it.
    std::uint64_t residentBytes() const { return m_chunks.residentBytes(); }

    void close() noexcept;
    void abandon() noexcept { m_chunks.abandon(); }
    /// Removes the file.
    void discard() noexcept { m_chunks.discard(); }
    /// See AppendFile.
    bool hasItsName() const noexcept { return m_chunks.hasItsName(); }
    void renamed(const char* path) noexcept { m_chunks.renamed(path); }

private:
    bool prepare() noexcept;
    bool makeRoom() noexcept;
    void stepTime() noexcept;
    bool openChunk() noexcept;
    void sealChunk() noexcept;
    void other(unsigned type, std::uint64_t payload) noexcept;
    /// Stores at `end`, which it moves, in what a record differs from the one before. Returns the control bits for
    /// that.
    std::uint8_t storeChanges(std::uint8_t*& end, TraceIndex trace, std::uint32_t size) noexcept;

    ChunkWriter m_chunks;
    const Weights* m_weights = nullptr;
    Micros m_time;
    Micros m_writtenTime;  // what the records written so far say
    Ordinal m_nextOrdinal = 0;
    std::int64_t m_live = 0;     // estimated bytes, in the fixed point of m_weights
    std::int64_t m_liveMin = 0;  // least and greatest in the open chunk
    std::int64_t m_liveMax = 0;
    std::int64_t m_liveBlocks = 0;  // recorded blocks
    std::uint32_t m_lastTrace = 0;  // "the record before"
    std::uint32_t m_lastSize = 0;
    std::uint64_t m_lost = 0;
    std::uint8_t* m_lostRecord = nullptr;
};

}  // namespace heapprof
