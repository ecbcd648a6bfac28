// What the writers of test captures have in common.
#pragma once

#include <array>
#include <cstdint>

#include "core/capture/chunk.h"
#include "core/capture/events_v2_writer.h"

namespace heapprof::test {

/// A block that lives in the program that a test makes up.
struct WrittenBlock {
    EventsV2Writer::Ordinal ordinal;
    TraceIndex trace;
    std::uint64_t size;
};

inline FileHeader withMagic(FileHeader header, const std::array<std::uint8_t, 8>& magic) {
    header.magic = magic;
    return header;
}

}  // namespace heapprof::test
