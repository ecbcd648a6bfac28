// The byte layout that .hpd and .hpm share: FORMAT.md, "File header" and "Chunks", as structures.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

namespace heapprof {

using Uuid = std::array<std::uint8_t, 16>;

inline constexpr std::uint32_t kFormatVersion = 2;
inline constexpr std::uint32_t kTickNanoseconds = 1000;
inline constexpr std::array<std::uint8_t, 8> kEventsMagic{0x89, 'H', 'P', 'D', 0x0d, 0x0a, 0x1a, 0x0a};
inline constexpr std::array<std::uint8_t, 8> kMetadataMagic{0x89, 'H', 'P', 'M', 0x0d, 0x0a, 0x1a, 0x0a};

struct FileHeader {
    std::array<std::uint8_t, 8> magic{};
    std::uint32_t version = kFormatVersion;
    std::uint32_t length = 64;
    Uuid uuid{};
    std::uint32_t tickNanoseconds = kTickNanoseconds;
    std::uint32_t flags = 0;
    std::uint64_t monotonicStart = 0;  ///< CLOCK_MONOTONIC at start(), ns
    std::uint64_t wallStart = 0;       ///< CLOCK_REALTIME at start(), ns since 1970
    std::uint64_t hash = 0;            ///< of all bytes before it
};
static_assert(sizeof(FileHeader) == 64);

inline constexpr std::uint32_t kChunkMagic = 0x4B4C4250;
inline constexpr std::uint16_t kChunkSealed = 1;
inline constexpr std::size_t kChunkAlignment = 64;
inline constexpr std::size_t kChunkSize = 65536;        ///< what a writer gives a chunk, header included
inline constexpr std::uint32_t kMaxPayload = 1u << 20;  ///< what a reader accepts

/// The `.hpm` meaning of a field that `.hpd` names otherwise stands behind the stroke.
struct ChunkHeader {
    std::uint32_t magic = 0;
    std::uint16_t length = 96;
    std::uint16_t flags = 0;
    std::uint32_t payloadLength = 0;
    std::uint32_t records = 0;
    std::uint64_t sequence = 0;
    std::int64_t firstTime = 0;
    std::int64_t lastTime = 0;
    std::uint64_t firstOrdinal = 0;  ///< allocation | trace
    std::int64_t liveAtStart = 0;    ///< bytes | first string
    std::int64_t liveMin = 0;        ///< bytes | first function
    std::int64_t liveMax = 0;        ///< bytes | first node
    std::uint64_t blocksAtStart = 0;
    std::uint64_t payloadHash = 0;
    std::uint64_t headerHash = 0;  ///< of all bytes before it

    bool sealed() const { return flags & kChunkSealed; }
};
static_assert(sizeof(ChunkHeader) == 96);

constexpr std::uint64_t alignToChunk(std::uint64_t offset) {
    return (offset + kChunkAlignment - 1) & ~std::uint64_t{kChunkAlignment - 1};
}

/// Control bytes of `.hpd` records and record types of `.hpm`: FORMAT.md, "Records of .hpd" and "Records of .hpm".
namespace records {
enum Kind : std::uint8_t { Other = 0, Allocation = 1, CrossChunkFree = 2, InChunkFree = 3 };
enum Type : std::uint8_t {
    TimeStep8 = 1,
    TimeStep16 = 2,
    TimeStep24 = 3,
    TimeStep64 = 4,
    Resident = 5,
    Collection = 6,
    Lost = 7,
    UserMark = 8,
    OfProfiler = 9,
    ResidentPeak = 10,
    Reserved = 11,
    ResidentKinds = 12,
    MemoryPart = 13,
    WideAllocation = 16,
    WideFree = 32
};
/// ResidentKinds counts in units of so many bytes.
inline constexpr std::uint64_t kResidentUnit = 4096;
/// What a UserMark says.
enum MarkKind : std::uint8_t { Instant = 0, PhaseBegins = 1, PhaseEnds = 2, Pauses = 3, Resumes = 4, Switches = 5 };
inline constexpr std::size_t kMaxLength = 33;

constexpr std::size_t sizeBytes(unsigned code) { return code == 3 ? 4 : code; }
constexpr std::size_t otherPayload(unsigned type) {
    return type < 4 ? type : type < 16 ? 8 : type < 32 ? 16 : type < 48 ? 24 : 32;
}
/// The whole length of a record, its control byte included; 1 for the end mark 0.
constexpr std::size_t length(std::uint8_t control) {
    switch (control & 3) {
        case Allocation:
            return 1 + (control >> 2 & 3) + sizeBytes(control >> 4 & 3);
        case CrossChunkFree:
            return 1 + (control >> 2 & 3) + sizeBytes(control >> 4 & 3) + (control >> 6) + 1;
        case InChunkFree:
            return 1 + (control >> 2 & 3);
        default:
            return 1 + otherPayload(control >> 2);
    }
}
/// A little-endian number of 0 to 8 bytes.
inline std::uint64_t number(const std::uint8_t* at, std::size_t length) {
    std::uint64_t value = 0;
    std::memcpy(&value, at, length);
    return value;
}
}  // namespace records

enum class RecordType : std::uint8_t {
    String = 1,
    Function = 2,
    Trace = 3,
    Process = 4,
    Thread = 5,
    Sampling = 6,
    Mark = 7,
    End = 8,
    Nodes = 9,
    Domains = 10,
    Ancestor = 11,
    Clock = 12,
    Source = 13,
    LabelSet = 14,
    Labelled = 15,
    Continues = 16,
    Rule = 17,
    Elsewhere = 18
};
inline constexpr std::size_t kMaxRecord = 60000;

/// Why a recording ended in an orderly way.
enum class EndReason : std::uint8_t { Stopped = 0, ProgramEnded = 1, LimitReached = 2, Incomplete = 3, Continued = 4 };

enum class Domain : std::uint8_t { Python = 0, Native = 1, Mapped = 2, Shared = 3 };

}  // namespace heapprof
