// Finds the marks in an event log of version 2: FORMAT.md, "Records of .hpd".
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes/input_file.h"
#include "core/capture/chunk_reader.h"
#include "core/capture/mark.h"

namespace heapprof {

/// Delivers the marks of one log in order, again and again as the log grows. Steps over the events, but reads the whole
/// log. One thread at a time.
class MarkReader {
public:
    /// `text` gives the string of a number in the metadata.
    MarkReader(std::shared_ptr<const InputFile> log, std::function<std::string(std::uint32_t)> text);

    /// Appends the marks of the next chunk, or those that were added to an unfinished one since; false when the log
    /// holds no more for now.
    bool readChunk(std::vector<Mark>& marks);
    /// Where in the log the next chunk lies.
    std::uint64_t offset() const { return m_chunks.nextOffset(); }

private:
    std::shared_ptr<const InputFile> m_log;
    std::function<std::string(std::uint32_t)> m_text;
    ChunkReader m_chunks;
    LoadedChunk m_chunk;
    std::uint64_t m_offset = 0;  // of the chunk that was read last, and how far
    std::size_t m_at = 0;
    std::uint64_t m_time = 0;              // of the record there, as the chunk counts
    std::uint64_t m_latest = 0;            // never goes back
    std::uint64_t m_ofProfiler = 0;        // of the resident memory that the next record may speak of
    std::optional<ResidentKinds> m_kinds;  // the same
    std::uint64_t m_lost = 0;              // what was delivered of the events lost of which the record there speaks
};

}  // namespace heapprof
