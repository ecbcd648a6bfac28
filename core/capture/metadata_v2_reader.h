// Reads the .hpm file of version 2: FORMAT.md, "Records of .hpm".
#pragma once

#include "core/bytes/byte_cursor.h"
#include "core/bytes/input_file.h"
#include "core/capture/chunk_reader.h"
#include "core/capture/metadata_source.h"

namespace heapprof {

class MetadataV2 : public MetadataSource {
public:
    /// Throws FileError when the header is damaged, not complete or of a newer version.
    explicit MetadataV2(std::shared_ptr<const InputFile> file);

    bool readMore() override;
    std::vector<Damage> damage() const override { return m_chunks.damage(); }
    std::string text(std::uint32_t number) const override {
        return number < m_strings.size() ? m_traces.string(m_strings[number]) : std::string();
    }

private:
    bool startChunk();
    bool readRecords();
    bool readRecord(RecordType type, ByteCursor& payload);
    bool isPlausible(std::uint64_t number, std::uint64_t shortestRecord) const;
    std::vector<Label> readLabels(ByteCursor& payload) const;
    bool readStack(ByteCursor& payload, NodeIndex& leaf);
    bool readSampling(ByteCursor& payload);
    bool readRule(ByteCursor& payload);
    bool readContinues(ByteCursor& payload);
    void readProcess(ByteCursor& payload);

    std::shared_ptr<const InputFile> m_file;
    FileHeader m_header;
    ChunkReader m_chunks;
    LoadedChunk m_chunk;
    bool m_hasChunk = false;
    std::size_t m_at = 0;  // of the next record in the chunk's payload
    // What the file's own numbers stand for; index 0 is the empty string, no function, the root, no thread.
    std::vector<StringIndex> m_strings{{}};
    std::vector<FunctionIndex> m_functions{{}};
    std::vector<NodeIndex> m_nodes{{}};
};

}  // namespace heapprof
