#include "core/capture/events_v2_writer.h"

namespace heapprof {
namespace {

constexpr std::uint64_t kSmallTrace = std::uint64_t{1} << 24;
constexpr std::uint64_t kSmall = std::uint64_t{1} << 32;
constexpr std::size_t kLostRecord = 9;
/// Fields are stored eight or four bytes wide, the zeros of one running into the place of the next.
constexpr std::size_t kSlack = 8;
/// A time step, the longest record, and a place for the record that says how much was lost.
constexpr std::size_t kRoom = 9 + records::kMaxLength + kLostRecord + kSlack;

unsigned bytesFor(std::uint64_t value) {
    return value == 0 ? 0 : (71 - static_cast<unsigned>(__builtin_clzll(value))) / 8;
}
/// The size field: 0, 1, 2, 3 for 0, 1, 2, 4 bytes.
unsigned sizeCode(std::uint32_t size) { return size < 0x100 ? 1 : size < 0x10000 ? 2 : 3; }

template <typename T>
void store(std::uint8_t* at, T value) {
    std::memcpy(at, &value, sizeof value);
}

}  // namespace

int EventsV2Writer::create(const char* path, const FileHeader& header, const Weights& weights,
                           AppendFile::Existing existing) noexcept {
    m_weights = &weights;
    if (const int error = m_chunks.create(path, header, true, existing)) return error;
    if (openChunk()) return 0;
    const int problem = error();
    m_chunks.discard();
    return problem;
}

void EventsV2Writer::weighBy(const Weights& weights) noexcept {
    if (m_weights->exact() && !weights.exact())
        for (std::int64_t* const sum : {&m_live, &m_liveMin, &m_liveMax}) *sum = weights.fixed(*sum);
    m_weights = &weights;
}

/// Makes room for a record and brings the time up to date; false when there is no room any more: the event is lost.
inline bool EventsV2Writer::prepare() noexcept {
    if (m_lost > 0 || error() != 0 || m_chunks.room() < kRoom) [[unlikely]]
        if (!makeRoom()) return false;
    if (m_time != m_writtenTime) [[unlikely]]
        stepTime();
    return true;
}

bool EventsV2Writer::setTime(Micros now) noexcept {
    if (now <= m_time) return false;
    m_time = now;
    return true;
}

std::uint8_t EventsV2Writer::storeChanges(std::uint8_t*& end, TraceIndex trace, std::uint32_t size) noexcept {
    unsigned control = 0;
    if (trace.value != m_lastTrace) {
        const unsigned length = std::max(1u, bytesFor(trace.value));
        store(end, trace.value);
        end += length;
        control |= length << 2;
    }
    if (size != m_lastSize) {
        const unsigned code = sizeCode(size);
        store(end, size);
        end += records::sizeBytes(code);
        control |= code << 4;
    }
    m_lastTrace = trace.value;
    m_lastSize = size;
    return static_cast<std::uint8_t>(control);
}

EventsV2Writer::Ordinal EventsV2Writer::allocation(TraceIndex trace, std::uint64_t size) noexcept {
    if (!prepare()) return 0;
    std::uint8_t* const start = m_chunks.next();
    if (trace.value < kSmallTrace && size < kSmall) {
        const auto small = static_cast<std::uint32_t>(size);
        std::uint8_t* end = start + 1;
        const std::uint8_t control = records::Allocation | storeChanges(end, trace, small);
        m_chunks.publish(control, static_cast<std::size_t>(end - start));
    } else {
        store(start + 1, std::uint64_t{trace.value});
        store(start + 9, size);
        m_chunks.publish(records::WideAllocation << 2, 17);
    }
    m_live += m_weights->of(trace, size).bytes;
    m_liveMax = std::max(m_liveMax, m_live);
    ++m_liveBlocks;
    return m_nextOrdinal++;
}

void EventsV2Writer::free(Ordinal ordinal, TraceIndex trace, std::uint64_t size) noexcept {
    if (!prepare()) return;
    const std::uint64_t distance = m_nextOrdinal - 1 - ordinal;
    std::uint8_t* const start = m_chunks.next();
    if (ordinal >= m_chunks.header().firstOrdinal && distance < (1u << 24)) {
        const unsigned length = bytesFor(distance);
        store(start + 1, static_cast<std::uint32_t>(distance));
        m_chunks.publish(static_cast<std::uint8_t>(records::InChunkFree | length << 2), 1 + length);
    } else if (trace.value < kSmallTrace && size < kSmall && distance < kSmall) {
        const auto small = static_cast<std::uint32_t>(size);
        std::uint8_t* end = start + 1;
        std::uint8_t control = records::CrossChunkFree | storeChanges(end, trace, small);
        const unsigned length = std::max(1u, bytesFor(distance));
        store(end, static_cast<std::uint32_t>(distance));
        end += length;
        control |= static_cast<std::uint8_t>((length - 1) << 6);
        m_chunks.publish(control, static_cast<std::size_t>(end - start));
    } else {
        store(start + 1, std::uint64_t{trace.value});
        store(start + 9, size);
        store(start + 17, distance);
        m_chunks.publish(static_cast<std::uint8_t>(records::WideFree << 2), 25);
    }
    m_live -= m_weights->of(trace, size).bytes;
    m_liveMin = std::min(m_liveMin, m_live);
    --m_liveBlocks;
}

void EventsV2Writer::resident(std::uint64_t bytes, std::uint64_t ofProfiler,
                              const std::optional<ResidentKinds>& kinds) noexcept {
    static_assert(records::kMaxLength >= 3 * (1 + sizeof bytes));  // the three fit one chunk
    if (!prepare()) return;
    if (kinds) {
        const auto units = [](std::uint64_t amount) { return std::min(amount / records::kResidentUnit, kSmall - 1); };
        other(records::ResidentKinds, units(kinds->file) | units(kinds->shared) << 32);
    }
    if (ofProfiler > 0) other(records::OfProfiler, ofProfiler);
    other(records::Resident, bytes);
}

void EventsV2Writer::memoryPart(MemoryPart part, std::uint64_t bytes) noexcept {
    if (prepare()) other(records::MemoryPart, static_cast<std::uint8_t>(part) | bytes << 8);
}

void EventsV2Writer::reserved(std::uint64_t bytes) noexcept {
    if (prepare()) other(records::Reserved, bytes);
}

void EventsV2Writer::residentPeak(std::uint64_t bytes) noexcept {
    if (prepare()) other(records::ResidentPeak, bytes);
}

void EventsV2Writer::collection(unsigned generation, Micros duration) noexcept {
    if (prepare()) other(records::Collection, (generation & 0xff) | static_cast<std::uint64_t>(duration.count) << 8);
}

void EventsV2Writer::mark(records::MarkKind kind, StringIndex text, ThreadIndex thread) noexcept {
    if (prepare())
        other(records::UserMark,
              text.value | std::uint64_t{kind} << 32 | static_cast<std::uint64_t>(thread.value) << 40);
}

void EventsV2Writer::lose() noexcept {
    if (error() == AppendFile::kBudgetSpent) {  // the end of the recording, not a gap in it
        ++m_lost;
        return;
    }
    if (m_lost++ == 0 && m_chunks.hasChunk()) {
        m_lostRecord = m_chunks.next();
        other(records::Lost, m_lost);
        return;
    }
    if (!m_lostRecord) return;
    store(m_lostRecord + 1, m_lost);
    m_chunks.update(m_lostRecord, kLostRecord);
}

void EventsV2Writer::close() noexcept {
    if (m_chunks.hasChunk()) sealChunk();
    m_chunks.close();
}

[[gnu::noinline]] bool EventsV2Writer::makeRoom() noexcept {
    const bool fails = m_lost > 0 || error() != 0;
    if (!fails && m_chunks.grow(kRoom)) return true;
    // A chunk that nothing can follow stays open: it has a place left to say that events were lost.
    if (!fails && m_chunks.canContinue()) sealChunk();
    if (!fails && !m_chunks.hasChunk() && openChunk()) return true;
    lose();
    return false;
}

[[gnu::noinline]] void EventsV2Writer::stepTime() noexcept {
    const auto step = static_cast<std::uint64_t>((m_time - m_writtenTime).count);
    m_writtenTime = m_time;
    const unsigned length = bytesFor(step);
    other(length <= 3 ? length : unsigned{records::TimeStep64}, step);
}

bool EventsV2Writer::openChunk() noexcept {
    ChunkHeader header;
    m_writtenTime = m_time;
    header.firstTime = m_time.count;
    header.firstOrdinal = m_nextOrdinal;
    header.liveAtStart = m_weights->whole(m_live);
    header.blocksAtStart = static_cast<std::uint64_t>(m_liveBlocks);
    m_liveMin = m_liveMax = m_live;
    m_lastTrace = m_lastSize = 0;
    return m_chunks.open(header);
}

void EventsV2Writer::sealChunk() noexcept {
    m_chunks.seal(m_writtenTime.count, m_weights->whole(m_liveMin), m_weights->whole(m_liveMax));
}

void EventsV2Writer::other(unsigned type, std::uint64_t payload) noexcept {
    store(m_chunks.next() + 1, payload);
    m_chunks.publish(static_cast<std::uint8_t>(type << 2), 1 + records::otherPayload(type));
}

}  // namespace heapprof
