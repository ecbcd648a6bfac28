#include "core/digest/segment.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/bytes/byte_cursor.h"
#include "core/bytes/error.h"
#include "core/bytes/hash.h"
#include "core/bytes/varint.h"

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

/// One change of a trace; a record that is cut off leaves the cursor not ok.
TraceChange readChange(ByteCursor& records, std::uint64_t trace, bool hasVariances) {
    TraceChange change;
    change.trace = TraceIndex(static_cast<std::uint32_t>(trace));
    change.row = records.u8();
    change.allocated = static_cast<std::int64_t>(records.varint());
    change.delta.bytes = wrappingSubtract(change.allocated, static_cast<std::int64_t>(records.varint()));
    change.delta.blocks = unzigzag(records.varint());
    if (hasVariances) {
        change.delta.bytesVariance = unzigzag(records.varint());
        change.delta.blocksVariance = unzigzag(records.varint());
    }
    return change;
}

}  // namespace

std::vector<std::uint8_t> encodeKeyFrame(std::span<const TraceValue> values) {
    const auto count = std::count_if(values.begin(), values.end(), [](const auto& v) { return !v.isZero(); });
    std::vector<std::uint8_t> bytes((1 + 5 * static_cast<std::size_t>(count)) * kMaxVarintLength);
    std::uint8_t* out = writeVarint(bytes.data(), static_cast<std::uint64_t>(count));
    std::size_t before = 0;
    for (std::size_t trace = 0; trace < values.size(); ++trace) {
        const TraceValue& value = values[trace];
        if (value.isZero()) continue;
        const bool hasVariances = (value.bytesVariance | value.blocksVariance) != 0;
        out = writeVarint(out, (trace - std::exchange(before, trace)) * 2 + hasVariances);
        out = writeVarint(out, zigzag(value.bytes));
        out = writeVarint(out, zigzag(value.blocks));
        if (!hasVariances) continue;
        out = writeVarint(out, zigzag(value.bytesVariance));
        out = writeVarint(out, zigzag(value.blocksVariance));
    }
    bytes.resize(static_cast<std::size_t>(out - bytes.data()));
    return bytes;
}

std::vector<std::uint8_t> encodeSegment(std::uint64_t previousOffset, std::size_t firstRow, std::span<const Row> rows,
                                        std::span<const std::uint8_t> keyFrame, const ChangeLog& changes) {
    Header header;
    header.previousOffset = previousOffset;
    header.firstRow = firstRow;
    header.rowCount = rows.size();
    header.rowsHash = hashBytes(rows.data(), rows.size_bytes());
    header.keyFrameLength = keyFrame.size();

    std::vector<std::uint8_t> segment(sizeof header + rows.size_bytes());
    std::memcpy(segment.data() + sizeof header, rows.data(), rows.size_bytes());
    const std::size_t content = segment.size();
    segment.insert(segment.end(), keyFrame.begin(), keyFrame.end());
    changes.appendTo(segment);
    header.changesLength = segment.size() - content - keyFrame.size();
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
    ByteCursor keyFrame(m_keyFrame);
    std::uint64_t trace = 0;
    for (std::uint64_t left = keyFrame.varint(); left > 0; --left) {
        const std::uint64_t step = keyFrame.varint();
        TraceValue value;
        value.bytes = unzigzag(keyFrame.varint());
        value.blocks = unzigzag(keyFrame.varint());
        if (step & 1) {
            value.bytesVariance = unzigzag(keyFrame.varint());
            value.blocksVariance = unzigzag(keyFrame.varint());
        }
        trace += step >> 1;
        if (!keyFrame.ok() || trace > kMaxTrace) fail("a segment's key frame is damaged");
        visit(trace, value);
    }
}

bool Segment::isKnown(std::uint64_t trace, std::size_t size) const {
    if (trace >= size) fail("a segment's changes name a trace that does not exist");
    return true;
}

template <typename IsWanted, typename Visit>
void Segment::visitChanges(IsWanted isWanted, Visit visit) const {
    ByteCursor changes(m_changes);
    std::uint64_t trace = 0;
    const std::uint64_t traceCount = changes.varint();
    const bool hasVariances = changes.u8() != 0;
    for (std::uint64_t left = traceCount; left > 0; --left) {
        trace += changes.varint();
        const std::uint64_t count = changes.varint(), length = changes.varint();
        ByteCursor records(changes.bytes(length));
        if (!changes.ok() || trace > kMaxTrace) fail("a segment's changes are damaged");
        if (!isWanted(trace)) continue;
        for (std::uint64_t i = 0; i < count; ++i) {
            const TraceChange change = readChange(records, trace, hasVariances);
            if (!records.ok()) fail("a segment's changes are damaged");
            visit(change);
        }
    }
}

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
    const auto exists = [&](std::uint64_t trace) { return isKnown(trace, state.size()); };
    visitChanges(exists, [&](const TraceChange& change) {
        if (change.row < rowCount) state[change.trace.value] += change.delta;
    });
}

void Segment::addAllocated(std::size_t first, std::size_t end, std::span<std::int64_t> allocated) const {
    check();
    const auto exists = [&](std::uint64_t trace) { return isKnown(trace, allocated.size()); };
    visitChanges(exists, [&](const TraceChange& change) {
        if (change.row < first || change.row >= end) return;
        std::int64_t& sum = allocated[change.trace.value];
        sum = wrappingAdd(sum, change.allocated);
    });
}

void Segment::addSeries(const std::vector<bool>& isMember, std::span<std::int64_t> series) const {
    check();
    const auto isWanted = [&](std::uint64_t trace) { return trace < isMember.size() && isMember[trace]; };
    visitKeyFrame([&](std::uint64_t trace, const TraceValue& value) {
        if (isWanted(trace)) series[0] = wrappingAdd(series[0], value.bytes);
    });
    visitChanges(isWanted, [&](const TraceChange& change) {
        std::int64_t& at = series[std::min<std::size_t>(change.row, series.size() - 1)];
        at = wrappingAdd(at, change.delta.bytes);
    });
}

std::vector<TraceChange> Segment::changes() const {
    check();
    std::vector<TraceChange> result;
    visitChanges([](std::uint64_t) { return true; }, [&](const TraceChange& change) { result.push_back(change); });
    return result;
}

}  // namespace heapprof
