#include "core/digest/segment.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/bytes/error.h"
#include "core/bytes/hash.h"
#include "core/digest/packed_records.h"

namespace heapprof {
namespace {

constexpr std::uint32_t kMagic = 0x47455348;

struct Header {
    std::uint32_t magic = kMagic;
    std::uint32_t length = 80;
    std::uint64_t previousOffset = 0;
    std::uint64_t firstRow = 0;
    std::uint64_t rowCount = 0;
    std::uint64_t keyFrameLength = 0;
    std::uint64_t changesLength = 0;
    std::uint64_t rowsHash = 0;
    std::uint64_t contentHash = 0;
    std::uint64_t reserved = 0;
    std::uint64_t hash = 0;
};
static_assert(sizeof(Header) == 80);

constexpr std::uint64_t kMaxTrace = 0xfffffffe;

}  // namespace

std::vector<std::uint8_t> encodeKeyFrame(std::span<const TraceValue> values) {
    const auto count =
        static_cast<std::uint64_t>(std::ranges::count_if(values, [](const auto& value) { return !value.isZero(); }));
    std::vector<std::uint8_t> bytes(sizeof count + count * packed::kLongestRecord + packed::kPadding);
    std::uint8_t* out = packed::write(bytes.data(), count, sizeof count);
    std::size_t next = 0;
    for (std::size_t trace = 0; trace < values.size(); ++trace) {
        if (values[trace].isZero()) continue;
        out = packed::writeValue(out, trace - std::exchange(next, trace + 1), values[trace]);
    }
    bytes.resize(static_cast<std::size_t>(out - bytes.data()));
    bytes.resize(bytes.size() + packed::kPadding);  // whatever lay there
    std::fill(bytes.end() - packed::kPadding, bytes.end(), 0);
    return bytes;
}

std::vector<std::uint8_t> encodeSegment(std::uint64_t previousOffset, std::size_t firstRow, std::span<const Row> rows,
                                        std::span<const std::uint8_t> keyFrame, std::span<const std::uint8_t> changes) {
    Header header;
    header.previousOffset = previousOffset;
    header.firstRow = firstRow;
    header.rowCount = rows.size();
    header.rowsHash = hashBytes(rows.data(), rows.size_bytes());
    header.keyFrameLength = keyFrame.size();

    header.changesLength = changes.size();

    const std::size_t content = sizeof header + rows.size_bytes();
    std::vector<std::uint8_t> segment(content + keyFrame.size() + changes.size());
    std::memcpy(segment.data() + sizeof header, rows.data(), rows.size_bytes());
    std::copy(changes.begin(), changes.end(), std::copy(keyFrame.begin(), keyFrame.end(), segment.begin() + content));
    header.contentHash = hashBytes(segment.data() + content, segment.size() - content);
    header.hash = hashBytes(&header, offsetof(Header, hash));
    std::memcpy(segment.data(), &header, sizeof header);
    return segment;
}

Segment::Segment(std::span<const std::uint8_t> bytes, std::shared_ptr<const void> owner, std::string path,
                 std::uint64_t offset)
    : m_owner(std::move(owner)), m_path(std::move(path)), m_offset(offset) {
    Header header;
    if (bytes.size() < sizeof header) fail("a segment is cut off");
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.magic != kMagic || header.hash != hashBytes(&header, offsetof(Header, hash)) ||
        header.length < sizeof header)
        fail("no segment where one must start");
    const std::uint64_t body = bytes.size() - std::min<std::uint64_t>(bytes.size(), header.length);
    const std::uint64_t rowBytes = header.rowCount * sizeof(Row);
    if (header.rowCount == 0 || header.rowCount > kSegmentRows || rowBytes > body ||
        header.keyFrameLength > body - rowBytes || header.changesLength > body - rowBytes - header.keyFrameLength)
        fail("a segment is cut off");
    m_firstRow = static_cast<std::size_t>(header.firstRow);
    m_rowCount = static_cast<std::size_t>(header.rowCount);
    m_previousOffset = header.previousOffset;
    m_contentHash = header.contentHash;
    m_rows = bytes.subspan(header.length, static_cast<std::size_t>(rowBytes));
    m_keyFrame = bytes.subspan(header.length + m_rows.size(), static_cast<std::size_t>(header.keyFrameLength));
    m_changes = bytes.subspan(header.length + m_rows.size() + m_keyFrame.size(),
                              static_cast<std::size_t>(header.changesLength));
    m_bytes = bytes.first(header.length + m_rows.size() + m_keyFrame.size() + m_changes.size());
    if (hashBytes(m_rows.data(), m_rows.size()) != header.rowsHash) fail("a segment's rows do not match their hash");
}

void Segment::fail(const char* reason) const { throw FileError(FileError::Kind::Damaged, m_path, reason, m_offset); }

void Segment::check() const {
    if (m_checked.load(std::memory_order_acquire)) return;
    // Key frame and changes lie next to each other.
    if (hashBytes(m_keyFrame.data(), m_keyFrame.size() + m_changes.size()) != m_contentHash)
        fail("a segment's content does not match its hash");
    m_checked.store(true, std::memory_order_release);
}

template <typename Visit>
void Segment::visitKeyFrame(Visit visit) const {
    if (m_keyFrame.size() < sizeof(std::uint64_t) + packed::kPadding) fail("a segment's key frame is damaged");
    const std::uint8_t* const last = m_keyFrame.data() + m_keyFrame.size() - packed::kPadding;
    std::uint64_t next = 0, gap = 0;
    const std::uint8_t* at = m_keyFrame.data() + sizeof next;
    for (std::uint64_t left = packed::read(m_keyFrame.data(), ~std::uint64_t{0}); left > 0; --left) {
        TraceValue value;
        if (at < last)
            at = packed::readValue(at, gap, value);
        else
            at = last + 1;
        const std::uint64_t trace = next + gap;
        if (at > last || trace > kMaxTrace) fail("a segment's key frame is damaged");
        visit(trace, value);
        next = trace + 1;
    }
}

std::uint64_t Segment::known(std::uint64_t trace, std::size_t size) const {
    if (trace >= size) fail("a segment's changes name a trace that does not exist");
    return trace;
}

/// What "Changes" consists of, within bounds.
struct Segment::Changes {
    packed::ChangesHeader header;
    std::span<const std::uint8_t> indexes, lists, changes;

    std::uint64_t indexCount() const { return indexes.size() / sizeof(packed::Index); }
    packed::Index index(std::uint64_t number) const {
        packed::Index index;
        std::memcpy(&index, indexes.data() + number * sizeof index, sizeof index);
        return index;
    }
    /// The last one, from number `first` on, that begins with `trace` or before it.
    std::uint64_t indexOf(std::uint64_t trace, std::uint64_t first) const {
        std::uint64_t end = std::min(first + 2, indexCount());
        if (end - first > 1 && index(first + 1).firstTrace <= trace) end = indexCount();
        while (end - first > 1) {
            const std::uint64_t middle = first + (end - first) / 2;
            (index(middle).firstTrace <= trace ? first : end) = middle;
        }
        return first;
    }
};

Segment::Changes Segment::parsedChanges() const {
    Changes parsed;
    packed::ChangesHeader& header = parsed.header;
    if (m_changes.size() < sizeof header + packed::kPadding) failAtChanges();
    std::memcpy(&header, m_changes.data(), sizeof header);
    const auto body = m_changes.subspan(sizeof header, m_changes.size() - sizeof header - packed::kPadding);
    const std::uint64_t indexCount =
        header.lists / packed::kListsPerIndex + (header.lists % packed::kListsPerIndex != 0);
    if (indexCount > body.size() / sizeof(packed::Index)) failAtChanges();
    parsed.indexes = body.first(indexCount * sizeof(packed::Index));
    const auto records = body.subspan(parsed.indexes.size());
    if (header.listsLength > records.size() || header.changesLength != records.size() - header.listsLength)
        failAtChanges();
    parsed.lists = records.first(header.listsLength);
    parsed.changes = records.subspan(header.listsLength);
    return parsed;
}

/// `nextWanted(trace)` is the first trace from there on that is wanted, or beyond all; `visit` returns whether it wants
/// further changes of the trace.
template <typename NextWanted, typename Visit>
void Segment::visitChanges(NextWanted nextWanted, Visit visit) const {
    const Changes parsed = parsedChanges();
    const std::uint64_t count = parsed.indexCount();
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t first = parsed.index(i).firstTrace;
        if (first > kMaxTrace) failAtChanges();
        const std::uint64_t wanted = nextWanted(first);
        if (wanted > kMaxTrace) return;
        i = parsed.indexOf(wanted, i);
        const packed::Index here = parsed.index(i);
        const std::uint64_t end = i + 1 < count ? parsed.index(i + 1).firstTrace : kMaxTrace + 1;
        if (here.firstTrace >= end || end > kMaxTrace + 1 || here.lists > parsed.lists.size() ||
            here.changes > parsed.changes.size())
            failAtChanges();
        const std::uint64_t lists =
            std::min<std::uint64_t>(packed::kListsPerIndex, parsed.header.lists - i * packed::kListsPerIndex);
        const auto wants = [&](std::uint64_t trace) { return nextWanted(trace) == trace; };
        visitLists(parsed, here, lists, end, wants, visit);
    }
}

/// `count` lists from an index on; their traces are below `traceEnd`.
template <typename Wants, typename Visit>
void Segment::visitLists(const Changes& parsed, const packed::Index& from, std::uint64_t count, std::uint64_t traceEnd,
                         const Wants& wants, Visit& visit) const {
    const std::uint8_t* list = parsed.lists.data() + from.lists;
    const std::uint8_t* const listsEnd = parsed.lists.data() + parsed.lists.size();
    const std::uint8_t* changes = parsed.changes.data() + from.changes;
    const std::uint8_t* const changesEnd = parsed.changes.data() + parsed.changes.size();
    const bool hasVariances = parsed.header.hasVariances != 0;
    std::uint64_t next = from.firstTrace;
    for (std::uint64_t left = count; left > 0; --left) {
        if (list >= listsEnd) failAtChanges();
        packed::List about;
        list = packed::readList(list, about);
        const std::uint64_t trace = next + about.gap;
        if (trace >= traceEnd || about.length > static_cast<std::uint64_t>(changesEnd - changes)) failAtChanges();
        next = trace + 1;
        const std::uint8_t* at = std::exchange(changes, changes + about.length);
        if (!wants(trace)) continue;
        TraceChange change;
        change.trace = TraceIndex(static_cast<std::uint32_t>(trace));
        for (std::uint64_t i = 0; i < about.count; ++i) {
            if (at >= changes) failAtChanges();
            at = packed::readChange(at, change, hasVariances);
            if (!visit(static_cast<const TraceChange&>(change))) break;
        }
        if (at > changes) failAtChanges();
    }
}

void Segment::failAtChanges() const { fail("a segment's changes are damaged"); }

void Segment::appendRows(std::vector<Row>& rows) const {
    const std::size_t before = rows.size();
    rows.resize(before + m_rowCount);
    std::memcpy(rows.data() + before, m_rows.data(), m_rows.size());
}

void Segment::addState(std::size_t rowCount, std::vector<TraceValue>& state) const {
    check();
    visitKeyFrame([&](std::uint64_t trace, const TraceValue& value) {
        if (trace >= state.size()) fail("a segment's key frame names a trace that does not exist");
        state[trace] += value;
    });
    if (rowCount == 0) return;
    const auto exists = [&](std::uint64_t trace) { return known(trace, state.size()); };
    visitChanges(exists, [&](const TraceChange& change) {
        if (change.row >= rowCount) return false;
        state[change.trace.value] += change.delta;
        return true;
    });
}

void Segment::addAllocated(std::size_t first, std::size_t end, std::span<std::int64_t> allocated) const {
    check();
    const auto exists = [&](std::uint64_t trace) { return known(trace, allocated.size()); };
    visitChanges(exists, [&](const TraceChange& change) {
        if (change.row >= end) return false;
        if (change.row < first) return true;
        std::int64_t& sum = allocated[change.trace.value];
        sum = wrappingAdd(sum, change.allocated);
        return true;
    });
}

void Segment::addSeries(const TraceSet& traces, std::span<std::int64_t> series) const {
    check();
    visitChanges([&](std::uint64_t trace) { return traces.next(trace); },
                 [&](const TraceChange& change) {
                     std::int64_t& at = series[std::min<std::size_t>(change.row, series.size() - 1)];
                     at = wrappingAdd(at, change.delta.bytes);
                     return true;
                 });
}

std::vector<TraceChange> Segment::changes() const {
    check();
    std::vector<TraceChange> result;
    visitChanges([](std::uint64_t trace) { return trace; },
                 [&](const TraceChange& change) {
                     result.push_back(change);
                     return true;
                 });
    return result;
}

}  // namespace heapprof
