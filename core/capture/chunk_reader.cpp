#include "core/capture/chunk_reader.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "core/bytes/hash.h"

namespace heapprof {
namespace {

constexpr std::size_t kMaxDamage = 1000;  // regions reported, of a file that is nothing but damage

template <typename T>
std::span<std::uint8_t> bytesOf(T& value) {
    return {reinterpret_cast<std::uint8_t*>(&value), sizeof(T)};
}

/// A header whose hash vouches for every field.
bool isSound(const ChunkHeader& header) {
    return header.magic == kChunkMagic && header.sealed() && header.length >= sizeof(ChunkHeader) &&
           header.headerHash == hashBytes(&header, offsetof(ChunkHeader, headerHash)) &&
           header.payloadLength <= kMaxPayload;
}

/// A header as a writer leaves it while the chunk is open: what sealing fills in is still zero.
bool isOpen(const ChunkHeader& header) {
    return header.magic == kChunkMagic && header.length == sizeof(ChunkHeader) && header.flags == 0;
}

}  // namespace

FileHeader readFileHeader(const InputFile& file, const std::array<std::uint8_t, 8>& magic) {
    FileHeader header;
    const std::size_t count = file.readAt(0, bytesOf(header));
    using Kind = FileError::Kind;
    if (count == 0) throw FileError(Kind::NotACapture, file.path(), "is empty", 0);
    if (std::memcmp(header.magic.data(), magic.data(), std::min(count, magic.size())) != 0)
        throw FileError(Kind::NotACapture, file.path(), "is not a heapprof capture", 0);
    if (count >= 12 && header.version > kFormatVersion)
        throw FileError(Kind::Version, file.path(),
                        "was written by a newer heapprof (format version " + std::to_string(header.version) +
                            "; this one reads up to " + std::to_string(kFormatVersion) + ")",
                        offsetof(FileHeader, version));
    if (count < sizeof header) throw FileError(Kind::Damaged, file.path(), "ends inside its header", count);
    if (header.hash != hashBytes(&header, offsetof(FileHeader, hash)) || header.version != kFormatVersion ||
        header.length < sizeof header)
        throw FileError(Kind::Damaged, file.path(), "has a damaged header", 0);
    if (header.tickNanoseconds != kTickNanoseconds)
        throw FileError(Kind::Version, file.path(), "counts time in a unit this version does not know",
                        offsetof(FileHeader, tickNanoseconds));
    return header;
}

ChunkReader::ChunkReader(const InputFile& file, const FileHeader& header)
    : m_file(file),
      m_next(header.length),
      m_hasTimes(header.magic == kEventsMagic),
      m_reached(m_hasTimes ? std::optional(Micros()) : std::nullopt) {}

void ChunkReader::seek(std::uint64_t offset) {
    m_next = offset;
    m_reached.reset();
}

ChunkReader::Found ChunkReader::readHeader(std::uint64_t offset, ChunkHeader& header) const {
    for (int attempt = 0; attempt < 2; ++attempt) {  // a header read while it is being sealed looks damaged once
        header = {};
        header.length = 0;
        const std::size_t count = m_file.readAt(offset, bytesOf(header));
        if (count < sizeof header || header.magic == 0) return Found::Nothing;
        if (isSound(header)) return Found::Sealed;
        if (isOpen(header)) return Found::Open;
    }
    return Found::Bad;
}

bool ChunkReader::load(std::uint64_t offset, const ChunkHeader& header, LoadedChunk& chunk) {
    chunk.offset = offset;
    chunk.header = header;
    chunk.earlier.clear();
    const std::uint64_t start = offset + header.length;
    if (header.sealed()) {
        chunk.payload.resize(header.payloadLength);
        const std::size_t count = m_file.readAt(start, chunk.payload);
        if (m_hasTimes) m_reached = Micros(header.lastTime);
        if (count == chunk.payload.size() && hashBytes(chunk.payload.data(), count) == header.payloadHash) return true;
        report(offset, sizeof(ChunkHeader) + header.payloadLength,
               count < chunk.payload.size() ? "a chunk is cut off" : "a chunk's content does not match its hash",
               m_hasTimes ? std::optional(Stretch{Micros(header.firstTime), m_reached}) : std::nullopt);
        return false;
    }
    if (m_hasTimes) m_reached = Micros(header.firstTime);
    chunk.earlier.resize(kChunkSize - sizeof(ChunkHeader));
    chunk.earlier.resize(m_file.readAt(start, chunk.earlier));
    chunk.payload.resize(chunk.earlier.size());
    chunk.payload.resize(m_file.readAt(start, chunk.payload));
    return true;
}

bool ChunkReader::next(LoadedChunk& chunk) {
    for (;;) {
        ChunkHeader header;
        const std::uint64_t offset = m_next;
        const Found found = readHeader(offset, header);
        if (found == Found::Sealed) {
            m_next = alignToChunk(offset + header.length + header.payloadLength);
            if (load(offset, header, chunk)) return true;
            continue;
        }
        if (found == Found::Open) {
            // An open chunk with chunks behind it is one whose sealing was lost.
            const std::uint64_t size = m_file.size();
            if (size > offset + kChunkSize && m_searchedUpTo != size) {
                if (const auto after = findChunk(offset + kChunkAlignment)) {
                    skipTo(*after, found, "a chunk was never finished");
                    continue;
                }
                m_searchedUpTo = size;
            }
            return load(offset, header, chunk);
        }
        const std::uint64_t size = m_file.size();
        if (offset >= size || m_searchedUpTo == size) return false;
        const auto after = findChunk(offset + kChunkAlignment);
        if (!after) {
            m_searchedUpTo = size;
            if (found == Found::Bad) report(offset, size - offset, "no further chunk can be found", sinceReached({}));
            return false;
        }
        skipTo(*after, found, "no chunk where one must start");
    }
}

/// Leaves m_next alone when it has become another kind of place since: a live writer was faster than the search.
void ChunkReader::skipTo(std::uint64_t offset, Found found, const char* reason) {
    ChunkHeader again;
    if (readHeader(m_next, again) != found) return;
    const bool isSealed = readHeader(offset, again) == Found::Sealed;
    report(m_next, offset - m_next, reason,
           sinceReached(isSealed ? std::optional(Micros(again.firstTime)) : std::nullopt));
    m_next = offset;
}

bool ChunkReader::hasChanged(const LoadedChunk& chunk, std::size_t position) const {
    ChunkHeader header;
    m_file.readAt(chunk.offset, bytesOf(header));
    if (std::memcmp(&header, &chunk.header, sizeof header) != 0) return true;
    const std::uint64_t end =
        chunk.offset + header.length + position;  // the byte before it tells that none was cut off
    std::array<std::uint8_t, 2> bytes{};
    return m_file.readAt(end - 1, bytes) == 0 || bytes[1] != 0;
}

bool ChunkReader::reload(LoadedChunk& chunk) {
    ChunkHeader header;
    const Found found = readHeader(chunk.offset, header);
    if (found != Found::Sealed && found != Found::Open) return false;
    if (found == Found::Sealed) m_next = alignToChunk(chunk.offset + header.length + header.payloadLength);
    return load(chunk.offset, header, chunk);
}

void ChunkReader::report(std::uint64_t offset, std::uint64_t length, std::string reason, std::optional<Stretch> time) {
    if (m_damage.size() < kMaxDamage) {
        m_damage.push_back({m_file.path(), offset, length, std::move(reason), time});
        return;
    }
    Damage& last = m_damage.back();
    last.length = std::max(last.offset + last.length, offset + length) - last.offset;
    last.reason = "damaged in very many places from here on";
    if (last.time) last.time->end = time ? time->end : std::nullopt;
}

/// From the end of the last chunk on; unset when that is not known.
std::optional<Stretch> ChunkReader::sinceReached(std::optional<Micros> until) const {
    if (!m_reached) return std::nullopt;
    return Stretch{*m_reached, until};
}

std::optional<std::uint64_t> ChunkReader::findChunk(std::uint64_t from) const {
    std::vector<std::uint8_t> piece(std::size_t{1} << 20);
    for (std::uint64_t offset = alignToChunk(from);;) {
        const std::size_t count = m_file.readAt(offset, piece);
        for (std::size_t at = 0; at + sizeof(ChunkHeader) <= count; at += kChunkAlignment) {
            ChunkHeader header;
            std::memcpy(&header.magic, piece.data() + at, sizeof header.magic);
            if (header.magic != kChunkMagic) continue;
            std::memcpy(&header, piece.data() + at, sizeof header);
            if (isSound(header)) return offset + at;
        }
        if (count < piece.size()) return std::nullopt;
        offset += piece.size() - 2 * kChunkAlignment;  // a header may straddle the pieces
    }
}

std::vector<PlacedHeader> readChunkHeaders(const InputFile& file, std::uint64_t from, std::uint64_t until) {
    std::vector<PlacedHeader> headers;
    for (std::uint64_t offset = from; offset <= until;) {
        ChunkHeader header;
        if (file.readAt(offset, bytesOf(header)) < sizeof header || !isSound(header)) break;
        headers.push_back({offset, header});
        offset = alignToChunk(offset + header.length + header.payloadLength);
    }
    return headers;
}

}  // namespace heapprof
