// Reads the .hpm file of heapprof 1.0.2.
//
// u32 version = 1 | u64 start seconds | u64 start nanoseconds | varint n | n times (u64 upper bound, exclusive; u32
// probability times 2^32 - 1), fixed-width numbers big endian. Then traces, numbered from 1: (varint line + 1, varint
// length, file name) innermost frame first, ended by a 0 byte. A trace that is cut off has no number.
#pragma once

#include "core/bytes/byte_cursor.h"
#include "core/bytes/input_file.h"
#include "core/capture/metadata_source.h"

namespace heapprof {

class MetadataV1 : public MetadataSource {
public:
    /// Throws FileError when the header is damaged or not complete.
    explicit MetadataV1(std::shared_ptr<const InputFile> file);

    bool readMore() override;
    std::vector<Damage> damage() const override { return m_damage; }

private:
    void readHeader();
    /// False when the trace at the cursor is cut off.
    bool readTrace(ByteCursor& cursor);

    std::shared_ptr<const InputFile> m_file;
    std::uint64_t m_offset = 0;  // of the first trace not read yet
    bool m_stopped = false;      // at damage
    std::vector<Damage> m_damage;
    std::vector<FrameIndex> m_stack;
};

}  // namespace heapprof
