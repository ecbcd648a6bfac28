// The container that .hpd and .hpm share, written: a file header, then chunks that are opened, filled and sealed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "core/bytes/append_file.h"
#include "core/bytes/hash.h"
#include "core/capture/chunk.h"

namespace heapprof {

/// Appends records to the chunks of one file, in the order of stores that FORMAT.md promises to readers of a growing
/// file. Never allocates. Not thread-safe.
class ChunkWriter {
public:
    /// Creates the file and writes its header, whose hash is filled in here. Returns 0 or an errno; no file is left
    /// then.
    int create(const char* path, FileHeader header, bool locked, AppendFile::Existing existing) noexcept {
        if (const int error = m_file.create(path, locked, existing)) return error;
        header.hash = hashBytes(&header, offsetof(FileHeader, hash));
        std::size_t length = 0;
        std::uint8_t* start = m_file.window(0, length);
        if (!start) {
            const int error = m_file.error();
            m_file.discard();
            return error;
        }
        std::memcpy(start, &header, sizeof header);
        m_file.publish(start, sizeof header);
        m_offset = sizeof header;
        closeChunk();
        m_sequence = 0;
        return 0;
    }

    /// What of the file is sealed: as many chunks, in so many bytes from its beginning.
    struct Sealed {
        std::uint64_t bytes = 0, chunks = 0;
    };
    /// Requires that no chunk is open.
    Sealed sealed() const { return {m_offset, m_sequence}; }

    /// To be called after create(): copies the chunks of another file. False when there is no more room on disk, or the
    /// other file is shorter.
    bool copy(ChunkWriter& from, const Sealed& chunks) noexcept {
        while (m_offset < chunks.bytes) {
            std::size_t length = 0;
            std::uint8_t* const to = m_file.window(m_offset, length);
            if (!to) return false;
            length = std::min<std::uint64_t>(length, chunks.bytes - m_offset);
            const ssize_t got = from.m_file.read(to, length, m_offset);
            if (got <= 0) return false;
            m_file.publish(to, static_cast<std::size_t>(got));
            m_offset += static_cast<std::uint64_t>(got);
        }
        m_sequence = chunks.chunks;
        m_end = m_offset;
        return true;
    }

    void limitTo(ByteBudget* budget) noexcept { m_file.limitTo(budget); }
    bool isOpen() const { return m_file.isOpen(); }
    bool hasItsName() const noexcept { return m_file.hasItsName(); }
    void renamed(const char* path) noexcept { m_file.renamed(path); }
    int error() const { return m_file.error(); }
    bool hasChunk() const { return m_chunk != nullptr; }
    /// Bytes of memory that the file takes: what is mapped of it and has been written to.
    std::uint64_t residentBytes() const { return m_file.residentBytes(m_offset + m_used); }
    /// Bytes still free in the open chunk; 0 without one.
    std::size_t room() const { return m_capacity - m_used; }
    std::uint8_t* next() { return m_chunk + m_used; }

    /// Whether there is room on disk for a chunk after the open one.
    bool canContinue() noexcept { return m_file.reserve(alignToChunk(m_offset + m_used)); }

    /// Makes room for `length` bytes in the open chunk, if it can have so many. Whether they fit.
    bool grow(std::size_t length) noexcept {
        if (!m_chunk) return false;
        const std::size_t wanted = std::min(kChunkSize, m_used + length);
        if (m_capacity < wanted) m_capacity = std::min(kChunkSize, m_file.extend(m_offset, wanted));
        return room() >= length;
    }

    /// Opens the next chunk; `header` says what is known at its start. False when there is no more room on disk.
    bool open(const ChunkHeader& header) noexcept {
        std::size_t length = 0;
        std::uint8_t* chunk = m_file.window(m_offset, length);
        if (!chunk) return false;
        m_chunk = chunk;
        m_capacity = std::min(length, kChunkSize);
        m_header = header;
        m_header.sequence = m_sequence++;
        m_used = sizeof m_header;
        m_records = 0;
        ChunkHeader unpublished = m_header;
        unpublished.magic = 0;
        std::memcpy(m_chunk, &unpublished, sizeof unpublished);
        __atomic_store_n(reinterpret_cast<std::uint32_t*>(m_chunk), kChunkMagic, __ATOMIC_RELEASE);
        m_file.publish(m_chunk, sizeof m_header);
        return true;
    }

    /// Publishes a record of `length` bytes at next(), of which all but the first are stored already.
    void publish(std::uint8_t first, std::size_t length) noexcept {
        std::uint8_t* start = next();
        __atomic_store_n(start, first, __ATOMIC_RELEASE);
        m_used += length;
        ++m_records;
        m_file.publish(start, length);
    }

    /// Brings bytes of a published record that were changed in place into the file.
    void update(const std::uint8_t* from, std::size_t length) noexcept { m_file.publish(from, length); }

    /// What the header of the chunk being written said when it was opened.
    const ChunkHeader& header() const { return m_header; }

    /// Closes the open chunk; last time, least and greatest come from the caller.
    void seal(std::int64_t lastTime, std::int64_t liveMin, std::int64_t liveMax) noexcept {
        m_header.magic = kChunkMagic;
        m_header.flags = kChunkSealed;
        m_header.payloadLength = static_cast<std::uint32_t>(m_used - sizeof m_header);
        m_header.records = m_records;
        m_header.lastTime = lastTime;
        m_header.liveMin = liveMin;
        m_header.liveMax = liveMax;
        m_header.payloadHash = hashBytes(m_chunk + sizeof m_header, m_header.payloadLength);
        m_header.headerHash = hashBytes(&m_header, offsetof(ChunkHeader, headerHash));
        constexpr std::size_t kFlags = offsetof(ChunkHeader, flags);
        constexpr std::size_t kAfter = kFlags + sizeof m_header.flags;
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(&m_header);
        std::memcpy(m_chunk + kAfter, bytes + kAfter, sizeof m_header - kAfter);
        __atomic_store_n(reinterpret_cast<std::uint16_t*>(m_chunk + kFlags), m_header.flags, __ATOMIC_RELEASE);
        m_file.publish(m_chunk, sizeof m_header);
        m_end = m_offset + m_used;
        m_offset = alignToChunk(m_end);
        closeChunk();
    }

    /// Gives the file its true length; the open chunk must have been sealed.
    void close() noexcept { m_file.close(m_sequence > 0 ? m_end : m_offset); }
    void abandon() noexcept {
        closeChunk();
        m_file.abandon();
    }
    /// Removes the file.
    void discard() noexcept {
        closeChunk();
        m_file.discard();
    }

private:
    void closeChunk() noexcept {
        m_chunk = nullptr;
        m_capacity = m_used = 0;
    }

    AppendFile m_file;
    ChunkHeader m_header;
    std::uint8_t* m_chunk = nullptr;  // null between chunks
    std::size_t m_capacity = 0;       // 0 between chunks
    std::size_t m_used = 0;           // header included
    std::uint32_t m_records = 0;
    std::uint64_t m_sequence = 0;
    std::uint64_t m_offset = 0;  // where the open chunk starts, or the next one will
    std::uint64_t m_end = 0;     // of the last sealed chunk, not rounded up
};

}  // namespace heapprof
