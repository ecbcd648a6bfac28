#include "core/capture/events_v1.h"

#include <algorithm>
#include <utility>

namespace heapprof {
namespace {

constexpr std::size_t kFirstPiece = 32 * 1024;  // who looks at one bucket of a digest reads no more
constexpr std::size_t kPiece = 256 * 1024;

}  // namespace

EventsV1Reader::EventsV1Reader(std::shared_ptr<const InputFile> file, bool usesAvx2)
    : m_usesAvx2(usesAvx2), m_file(std::move(file)), m_buffer(kFirstPiece) {}

std::size_t EventsV1Reader::read(std::span<Event> events) {
    Event* next = events.data();
    auto store = [&](const Event& event) { *next++ = event; };
    return visit(events.size(), store);
}

/// Where visitFast() has to stop: what lies before it has the bytes to read.
const std::uint8_t* EventsV1Reader::fastEnd() const {
    const bool isFarOut = m_clock > kLatestTime / 2 || m_clock < -kLatestTime / 2;
    return m_buffer.data() + (isFarOut ? m_at : m_end - std::min(m_end, kReach));
}

/// Moves what is left to the front and reads on; false when nothing came.
bool EventsV1Reader::fill() {
    const std::size_t size = m_end == m_buffer.size() ? std::min(kPiece, 2 * m_buffer.size()) : m_buffer.size();
    std::memmove(m_buffer.data(), m_buffer.data() + m_at, m_end - m_at);
    m_bufferOffset += m_at;
    m_end -= m_at;
    m_at = 0;
    m_buffer.resize(size);
    const std::size_t count = m_file->readAt(m_bufferOffset + m_end, std::span(m_buffer).subspan(m_end));
    m_end += count;
    return count > 0;
}

/// Any record, by the rules. False at the end of the log, at a record that is cut off, and at an impossible one.
bool EventsV1Reader::decodeSlowly(Event& event) {
    const std::uint8_t* const start = m_buffer.data() + m_at;
    const std::uint8_t* const end = m_buffer.data() + m_end;
    if (end - start < static_cast<std::ptrdiff_t>(kShortestRecord)) return false;
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
        if (!fits || step > kLatestTime - std::max<std::int64_t>(m_clock, 0) ||
            step < -kLatestTime - std::min<std::int64_t>(m_clock, 0))
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
