#include "core/capture/events_v1.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/bytes/varint.h"

namespace heapprof {
namespace {

constexpr std::size_t kPiece = 256 * 1024;
constexpr std::size_t kLongestRecord = 4 + 3 * kMaxVarintLength;
constexpr std::uint32_t kBackwards = 0x80000000, kFree = 0x40000000, kTraceMask = 0x3fffffff;
constexpr std::int64_t kLatest = std::int64_t{1} << 62;

/// A varint of one to four bytes without a branch on its length, which no processor could foresee; longer ones are left
/// to the careful reader. Needs four readable bytes.
bool readShortVarint(const std::uint8_t*& at, std::uint64_t& value) {
    std::uint32_t word;
    std::memcpy(&word, at, sizeof word);
    const std::uint32_t ends = ~word & 0x80808080;
    if (ends == 0) return false;
    word &= ends ^ (ends - 1);  // the bytes up to the first that ends
    value = (word & 0x7f) | (word >> 1 & 0x3f80) | (word >> 2 & 0x1fc000) | (word >> 3 & 0xfe00000);
    at += (static_cast<unsigned>(__builtin_ctz(ends)) >> 3) + 1;
    return true;
}

/// The same for a number that is nearly always one byte: foreseen, it costs nothing to test.
bool readTinyVarint(const std::uint8_t*& at, std::uint64_t& value) {
    if (*at & 0x80) return readShortVarint(at, value);
    value = *at++;
    return true;
}

Event makeEvent(std::uint32_t word, std::uint64_t size, std::int64_t time) {
    Event event;
    event.time = Micros(time);
    event.size = size;
    event.trace = TraceIndex(word & kTraceMask);
    event.kind = word & kFree ? EventKind::Free : EventKind::Allocation;
    event.age = word & kFree ? Event::kUnknownAge : 0;
    return event;
}

}  // namespace

EventsV1Reader::EventsV1Reader(std::shared_ptr<const InputFile> file) : m_file(std::move(file)), m_buffer(kPiece) {}

std::size_t EventsV1Reader::read(std::span<Event> events) {
    std::size_t count = 0;
    while (count < events.size() && !m_stopped) {
        const std::uint8_t* at = m_buffer.data() + m_at;
        const bool isFarOut = m_clock > kLatest / 2 || m_clock < -kLatest / 2;
        const std::uint8_t* const fastEnd = isFarOut ? at : m_buffer.data() + m_end - std::min(m_end, kLongestRecord);
        std::int64_t clock = m_clock, time = m_time;
        while (at < fastEnd && count < events.size()) {
            std::uint32_t word;
            std::memcpy(&word, at, sizeof word);
            word = __builtin_bswap32(word);
            const std::uint8_t* next = at + 4;
            // Steps of two minutes and more are for the careful reader: so the clock cannot run over in here.
            const std::uint64_t seconds = *next++;
            std::uint64_t micros, size;
            if (seconds & 0x80 || !readTinyVarint(next, micros) || !readShortVarint(next, size)) break;
            const auto whole = static_cast<std::int64_t>(seconds) * 1'000'000;
            clock += word & kBackwards ? static_cast<std::int64_t>(micros) - whole
                                       : static_cast<std::int64_t>(micros) + whole;
            time = std::max(time, clock);
            events[count++] = makeEvent(word, size, time);
            at = next;
        }
        m_clock = clock;
        m_time = time;
        m_at = static_cast<std::size_t>(at - m_buffer.data());
        if (count == events.size()) break;
        if (m_end - m_at < kLongestRecord && fill()) continue;
        if (!decodeSlowly(events[count])) break;
        ++count;
    }
    m_events += count;
    return count;
}

/// Moves what is left to the front and reads on; false when nothing came.
bool EventsV1Reader::fill() {
    std::memmove(m_buffer.data(), m_buffer.data() + m_at, m_end - m_at);
    m_bufferOffset += m_at;
    m_end -= m_at;
    m_at = 0;
    const std::size_t count = m_file->readAt(m_bufferOffset + m_end, std::span(m_buffer).subspan(m_end));
    m_end += count;
    return count > 0;
}

/// Any record, by the rules. False at the end of the log, at a record that is cut off, and at an impossible one.
bool EventsV1Reader::decodeSlowly(Event& event) {
    const std::uint8_t* const start = m_buffer.data() + m_at;
    const std::uint8_t* const end = m_buffer.data() + m_end;
    if (end - start < 7) return false;
    std::uint32_t word;
    std::memcpy(&word, start, sizeof word);
    word = __builtin_bswap32(word);
    std::uint64_t fields[3];
    const std::uint8_t* at = start + 4;
    for (std::uint64_t& field : fields) {
        const bool isWhole = end - at >= static_cast<std::ptrdiff_t>(kMaxVarintLength);
        const std::uint8_t* next = readVarint(at, end, field);
        if (!next && !isWhole && std::all_of(at, end, [](std::uint8_t byte) { return byte & 0x80; }))
            return false;  // cut off
        if (!next) {
            m_stopped = true;
            break;
        }
        at = next;
    }
    std::int64_t step = 0;
    if (!m_stopped) {
        std::int64_t whole;
        const bool fits = fields[0] < (std::uint64_t{1} << 42) && fields[1] < (std::uint64_t{1} << 61);
        whole = fits ? static_cast<std::int64_t>(fields[0]) * 1'000'000 : 0;
        step = word & kBackwards ? static_cast<std::int64_t>(fields[1]) - whole
                                 : static_cast<std::int64_t>(fields[1]) + whole;
        if (!fits || step > kLatest - std::max<std::int64_t>(m_clock, 0) ||
            step < -kLatest - std::min<std::int64_t>(m_clock, 0))
            m_stopped = true;
    }
    if (m_stopped) {
        const std::uint64_t offset = m_bufferOffset + m_at;
        m_damage.push_back({m_file->path(), offset, m_file->size() - std::min(m_file->size(), offset),
                            "an impossible record; nothing behind it can be read"});
        return false;
    }
    m_clock += step;
    m_time = std::max(m_time, m_clock);
    event = makeEvent(word, fields[2], m_time);
    m_at = static_cast<std::size_t>(at - m_buffer.data());
    return true;
}

EventPosition EventsV1Reader::position() const { return {m_bufferOffset + m_at, 0, m_clock, m_time, m_events}; }

void EventsV1Reader::seek(const EventPosition& position) {
    m_bufferOffset = position.offset;
    m_at = m_end = 0;
    m_clock = position.clock;
    m_time = position.time;
    m_events = position.events;
    m_stopped = false;
    m_damage.clear();
}

bool ignoresSampling(const std::shared_ptr<const InputFile>& log, const Sampling& claimed) {
    constexpr double kFastestPossible = 1e9;  // allocations per second
    constexpr std::size_t kRun = 32;
    constexpr std::size_t kEventsToCheck = std::size_t{1} << 18;
    // Each event lost up to a microsecond of its time step, so a run may have taken that much longer than it says.
    const auto isImpossible = [&](double probability, std::int64_t micros) {
        return probability > 0 &&
               kRun / (probability * static_cast<double>(micros + std::int64_t{kRun}) * 1e-6) > kFastestPossible;
    };
    if (std::none_of(claimed.ranges.begin(), claimed.ranges.end(),
                     [&](const auto& range) { return isImpossible(range.probability, 0); }))
        return false;

    EventsV1Reader reader(log);
    std::vector<std::vector<std::int64_t>> lastTimes(
        claimed.ranges.size());  // the last kRun times of each range, as a ring
    std::vector<std::size_t> seen(claimed.ranges.size());
    for (auto& times : lastTimes) times.resize(kRun);
    std::vector<Event> events(4096);
    for (std::size_t checked = 0; checked < kEventsToCheck;) {
        const std::size_t count = reader.read(events);
        if (count == 0) break;
        checked += count;
        for (std::size_t i = 0; i < count; ++i) {
            const auto range = std::find_if(claimed.ranges.begin(), claimed.ranges.end(),
                                            [&](const auto& r) { return events[i].size < r.bound; });
            if (range == claimed.ranges.end()) continue;
            const auto number = static_cast<std::size_t>(range - claimed.ranges.begin());
            std::int64_t& oldest = lastTimes[number][seen[number]++ % kRun];
            const std::int64_t before = std::exchange(oldest, events[i].time.count);
            if (seen[number] > kRun && isImpossible(range->probability, events[i].time.count - before)) return true;
        }
    }
    return false;
}

}  // namespace heapprof
