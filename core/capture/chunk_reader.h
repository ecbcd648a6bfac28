// Walks the chunks of a .hpd or .hpm file of version 2, also while it is being written or where it is damaged.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/bytes/error.h"
#include "core/bytes/input_file.h"
#include "core/capture/chunk.h"

namespace heapprof {

/// One chunk in memory.
struct LoadedChunk {
    std::uint64_t offset = 0;
    ChunkHeader header;
    std::vector<std::uint8_t> payload;
    /// Of an open chunk: the first of two readings of the payload. What it shows as published is whole in `payload`,
    /// which was read after it.
    std::vector<std::uint8_t> earlier;

    /// Whether the record that starts at payload[position] exists and can be read.
    bool isPublished(std::size_t position) const {
        if (position >= payload.size() || payload[position] == 0) return false;
        return header.sealed() || (position < earlier.size() && earlier[position] != 0);
    }
};

/// Reads and checks a version 2 file header. Throws FileError: not this kind of file, a newer version, cut off,
/// damaged.
FileHeader readFileHeader(const InputFile& file, const std::array<std::uint8_t, 8>& magic);

class ChunkReader {
public:
    /// `file` outlives the reader and has been checked by readFileHeader.
    ChunkReader(const InputFile& file, const FileHeader& header);

    /// Loads the next chunk into `chunk`; false when there is none yet. Skips what is damaged, and reports it.
    bool next(LoadedChunk& chunk);
    /// Whether an open chunk, read up to payload[position], may hold more by now, or something else: a look at a few
    /// bytes, for those who follow a file that mostly stays as it is.
    bool hasChanged(const LoadedChunk& chunk, std::size_t position) const;
    /// Loads an open chunk again, with what was added since; it may have become sealed. False when it is gone.
    bool reload(LoadedChunk& chunk);
    /// Continues at a chunk that lies at `offset`.
    void seek(std::uint64_t offset);
    std::uint64_t nextOffset() const { return m_next; }

    const std::vector<Damage>& damage() const { return m_damage; }
    void report(std::uint64_t offset, std::uint64_t length, std::string reason, std::optional<Stretch> time = {});

private:
    enum class Found { Sealed, Open, Nothing, Bad };
    Found readHeader(std::uint64_t offset, ChunkHeader& header) const;
    bool load(std::uint64_t offset, const ChunkHeader& header, LoadedChunk& chunk);
    void skipTo(std::uint64_t offset, Found found, const char* reason);
    std::optional<std::uint64_t> findChunk(std::uint64_t from) const;
    std::optional<Stretch> sinceReached(std::optional<Micros> until) const;

    const InputFile& m_file;
    std::uint64_t m_next;
    std::uint64_t m_searchedUpTo = 0;  // file size at the last fruitless search behind m_next
    bool m_hasTimes;                   // its chunks hold events
    std::optional<Micros> m_reached;   // the end of the last chunk that was loaded
    std::vector<Damage> m_damage;
};

/// A chunk without its payload, and where it lies.
struct PlacedHeader {
    std::uint64_t offset = 0;
    ChunkHeader header;
};
/// Those of the sealed chunks from the one at `from` on, in order, up to the last that starts at `until` or before, or
/// the first that is damaged.
std::vector<PlacedHeader> readChunkHeaders(const InputFile& file, std::uint64_t from, std::uint64_t until);

}  // namespace heapprof
