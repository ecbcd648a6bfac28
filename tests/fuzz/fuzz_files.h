// Puts made-up bytes where the readers look for files, and makes hashes good that a fuzzer cannot guess.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "core/bytes/hash.h"
#include "core/capture/chunk.h"

namespace heapprof::fuzz {

inline std::filesystem::path filebase() {
    static const std::filesystem::path path = [] {
        const std::filesystem::path memory = "/dev/shm";
        return (std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path()) /
               ("heapprof-fuzz-" + std::to_string(::getpid()));
    }();
    return path;
}

inline void writeFile(const char* ending, std::span<const std::uint8_t> bytes) {
    std::ofstream out(filebase().string() + ending, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

/// A sound file header of the given kind.
inline std::vector<std::uint8_t> fileHeader(const std::array<std::uint8_t, 8>& magic) {
    FileHeader header;
    header.magic = magic;
    header.hash = hashBytes(&header, offsetof(FileHeader, hash));
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&header);
    return {bytes, bytes + sizeof header};
}

/// A whole file: a sound header, then the fuzzer's bytes as chunks whose hashes are made good.
inline std::vector<std::uint8_t> chunkFile(const std::array<std::uint8_t, 8>& magic,
                                           std::span<const std::uint8_t> body) {
    std::vector<std::uint8_t> file = fileHeader(magic);
    file.insert(file.end(), body.begin(), body.end());
    for (std::size_t offset = sizeof(FileHeader); offset + sizeof(ChunkHeader) <= file.size();) {
        ChunkHeader header;
        std::memcpy(&header, file.data() + offset, sizeof header);
        header.magic = kChunkMagic;
        header.length = sizeof header;
        const std::size_t left = file.size() - offset - sizeof header;
        header.payloadLength = static_cast<std::uint32_t>(std::min<std::size_t>(header.payloadLength % 4096, left));
        header.payloadHash = hashBytes(file.data() + offset + sizeof header, header.payloadLength);
        header.headerHash = hashBytes(&header, offsetof(ChunkHeader, headerHash));
        std::memcpy(file.data() + offset, &header, sizeof header);
        if (!header.sealed()) break;
        offset = alignToChunk(offset + sizeof header + header.payloadLength);
    }
    return file;
}

/// An empty version 1 metadata file: no sampling table, no traces.
inline const std::vector<std::uint8_t> kEmptyMetadataV1{0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

}  // namespace heapprof::fuzz
