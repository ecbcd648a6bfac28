#include "core/digest/segment.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "core/bytes/byte_cursor.h"
#include "core/bytes/error.h"
#include "core/bytes/hash.h"

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

/// A run of varints of known greatest number.
class Column {
public:
    explicit Column(std::size_t values)
        : m_bytes(std::make_unique_for_overwrite<std::uint8_t[]>(values * kMaxVarintLength)), m_end(m_bytes.get()) {}
    void add(std::uint64_t value) { m_end = writeVarint(m_end, value); }
    void addSigned(std::int64_t value) { add(zigzag(value)); }
    void addByte(std::uint8_t value) { *m_end++ = value; }
    std::span<const std::uint8_t> bytes() const { return {m_bytes.get(), m_end}; }

private:
    std::unique_ptr<std::uint8_t[]> m_bytes;
    std::uint8_t* m_end;
};

std::vector<std::uint8_t> encodeKeyFrame(std::span<const TraceValue> values) {
    const auto count = std::count_if(values.begin(), values.end(), [](const auto& v) { return !v.isZero(); });
    Column column(1 + 5 * static_cast<std::size_t>(count));
    column.add(static_cast<std::uint64_t>(count));
    std::size_t before = 0;
    for (std::size_t trace = 0; trace < values.size(); ++trace) {
        const TraceValue& value = values[trace];
        if (value.isZero()) continue;
        const bool hasVariance = (value.bytesVariance | value.blocksVariance) != 0;
        column.add((trace - std::exchange(before, trace)) * 2 + hasVariance);
        column.addSigned(value.bytes);
        column.addSigned(value.blocks);
        if (!hasVariance) continue;
        column.addSigned(value.bytesVariance);
        column.addSigned(value.blocksVariance);
    }
    return {column.bytes().begin(), column.bytes().end()};
}

/// Positions of the changes, ordered by trace, then as they were.
std::vector<std::uint32_t> orderByTrace(std::span<const TraceChange> changes) {
    std::vector<std::uint32_t> order(changes.size());
    std::uint32_t traceCount = 0;
    for (const TraceChange& change : changes) traceCount = std::max(traceCount, change.trace.value + 1);
    std::vector<std::uint32_t> start(traceCount + std::size_t{1});
    for (const TraceChange& change : changes) ++start[change.trace.value + 1];
    std::partial_sum(start.begin(), start.end(), start.begin());
    for (std::uint32_t i = 0; i < changes.size(); ++i) order[start[changes[i].trace.value]++] = i;
    return order;
}

std::vector<std::uint8_t> encodeChanges(std::span<const TraceChange> changes) {
    const std::vector<std::uint32_t> order = orderByTrace(changes);
    const bool hasVariance = std::any_of(changes.begin(), changes.end(), [](const auto& c) {
        return (c.delta.bytesVariance | c.delta.blocksVariance) != 0;
    });
    const std::size_t count = changes.size();
    Column traces(2 * count), rows(count), bytes(count), blocks(count), allocated(count),
        variances(hasVariance ? 2 * count : 0);
    constexpr std::size_t kAhead = 12;
    std::uint64_t traceCount = 0;
    std::uint32_t before = 0;
    for (std::size_t i = 0; i < order.size();) {
        const std::uint32_t trace = changes[order[i]].trace.value;
        const std::size_t first = i;
        for (; i < order.size() && changes[order[i]].trace.value == trace; ++i) {
            // Consecutive changes of one trace lie rows apart: fetched ahead, or the misses cost more than the rest.
            if (i + kAhead < order.size()) __builtin_prefetch(&changes[order[i + kAhead]]);
            const TraceChange& change = changes[order[i]];
            rows.addByte(static_cast<std::uint8_t>(change.row));
            bytes.addSigned(change.delta.bytes);
            blocks.addSigned(change.delta.blocks);
            allocated.addSigned(change.allocated);
            if (!hasVariance) continue;
            variances.addSigned(change.delta.bytesVariance);
            variances.addSigned(change.delta.blocksVariance);
        }
        traces.add(trace - std::exchange(before, trace));
        traces.add(i - first);
        ++traceCount;
    }
    Column head(7);
    head.add(traceCount);
    head.add(changes.size());
    for (const Column* column : {&traces, &bytes, &blocks, &allocated, &variances}) head.add(column->bytes().size());
    std::vector<std::uint8_t> result;
    for (const Column* column : {&head, &traces, &rows, &bytes, &blocks, &allocated, &variances})
        result.insert(result.end(), column->bytes().begin(), column->bytes().end());
    return result;
}

template <typename T>
std::span<const std::uint8_t> bytesOf(const T& value) {
    return {reinterpret_cast<const std::uint8_t*>(&value), sizeof(T)};
}

}  // namespace

std::vector<std::uint8_t> encodeSegment(std::uint64_t previousOffset, std::size_t firstRow, std::span<const Row> rows,
                                        std::span<const TraceValue> keyFrame, std::span<const TraceChange> changes) {
    const std::vector<std::uint8_t> keyFrameBytes = encodeKeyFrame(keyFrame);
    const std::vector<std::uint8_t> changeBytes = encodeChanges(changes);
    Header header;
    header.previousOffset = previousOffset;
    header.firstRow = firstRow;
    header.rowCount = rows.size();
    header.keyFrameLength = keyFrameBytes.size();
    header.changesLength = changeBytes.size();
    header.rowsHash = hashBytes(rows.data(), rows.size_bytes());

    std::vector<std::uint8_t> segment(sizeof header);
    segment.reserve(sizeof header + rows.size_bytes() + keyFrameBytes.size() + changeBytes.size());
    const auto* rowBytes = reinterpret_cast<const std::uint8_t*>(rows.data());
    segment.insert(segment.end(), rowBytes, rowBytes + rows.size_bytes());
    const std::size_t content = segment.size();
    segment.insert(segment.end(), keyFrameBytes.begin(), keyFrameBytes.end());
    segment.insert(segment.end(), changeBytes.begin(), changeBytes.end());
    header.contentHash = hashBytes(segment.data() + content, segment.size() - content);
    header.hash = hashBytes(&header, offsetof(Header, hash));
    std::memcpy(segment.data(), &header, sizeof header);
    return segment;
}

struct Segment::Columns {
    std::uint64_t traceCount = 0;
    std::uint64_t changeCount = 0;
    ByteCursor traces, bytes, blocks, allocated, variances;
    std::span<const std::uint8_t> rows;
};

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

Segment::Columns Segment::columns() const {
    ByteCursor head(m_changes);
    const std::uint64_t traceCount = head.varint(), changeCount = head.varint();
    std::uint64_t lengths[5];
    for (std::uint64_t& length : lengths) length = head.varint();
    const auto traces = head.bytes(lengths[0]), rows = head.bytes(changeCount), bytes = head.bytes(lengths[1]),
               blocks = head.bytes(lengths[2]), allocated = head.bytes(lengths[3]), variances = head.bytes(lengths[4]);
    if (!head.ok()) fail("a segment's columns are cut off");
    return {traceCount,         changeCount,           ByteCursor(traces),    ByteCursor(bytes),
            ByteCursor(blocks), ByteCursor(allocated), ByteCursor(variances), rows};
}

void Segment::appendRows(std::vector<Row>& rows) const {
    const std::size_t before = rows.size();
    rows.resize(before + m_rowCount);
    std::memcpy(rows.data() + before, m_rows.data(), m_rows.size());
}

void Segment::addState(std::size_t rowCount, std::vector<TraceValue>& state) const {
    check();
    ByteCursor keyFrame(m_keyFrame);
    std::uint64_t trace = 0;
    for (std::uint64_t left = keyFrame.varint(); left > 0 && keyFrame.ok(); --left) {
        const std::uint64_t step = keyFrame.varint();
        TraceValue value;
        value.bytes = unzigzag(keyFrame.varint());
        value.blocks = unzigzag(keyFrame.varint());
        if (step & 1) {
            value.bytesVariance = unzigzag(keyFrame.varint());
            value.blocksVariance = unzigzag(keyFrame.varint());
        }
        trace += step >> 1;
        if (!keyFrame.ok() || trace >= state.size()) fail("a segment's key frame is damaged");
        state[trace] += value;
    }
    if (rowCount == 0) return;
    Columns columns = this->columns();
    const bool hasVariance = columns.variances.remaining() > 0;
    std::size_t change = 0;
    trace = 0;
    for (std::uint64_t left = columns.traceCount; left > 0 && columns.traces.ok(); --left) {
        trace += columns.traces.varint();
        const std::uint64_t count = columns.traces.varint();
        if (trace >= state.size() || count > columns.rows.size() - change) fail("a segment's changes are damaged");
        for (std::uint64_t i = 0; i < count; ++i, ++change) {
            TraceValue delta;
            delta.bytes = unzigzag(columns.bytes.varint());
            delta.blocks = unzigzag(columns.blocks.varint());
            if (hasVariance) {
                delta.bytesVariance = unzigzag(columns.variances.varint());
                delta.blocksVariance = unzigzag(columns.variances.varint());
            }
            if (columns.rows[change] < rowCount) state[trace] += delta;
        }
    }
}

void Segment::addSeries(const std::vector<bool>& isMember, std::span<std::int64_t> series) const {
    check();
    ByteCursor keyFrame(m_keyFrame);
    std::uint64_t trace = 0;
    for (std::uint64_t left = keyFrame.varint(); left > 0 && keyFrame.ok(); --left) {
        const std::uint64_t step = keyFrame.varint();
        const std::int64_t bytes = unzigzag(keyFrame.varint());
        keyFrame.varint();
        if (step & 1) {
            keyFrame.varint();
            keyFrame.varint();
        }
        trace += step >> 1;
        if (trace < isMember.size() && isMember[trace]) series[0] = wrappingAdd(series[0], bytes);
    }
    Columns columns = this->columns();
    std::size_t change = 0;
    trace = 0;
    for (std::uint64_t left = columns.traceCount; left > 0 && columns.traces.ok(); --left) {
        trace += columns.traces.varint();
        const std::uint64_t count = columns.traces.varint();
        if (count > columns.rows.size() - change) fail("a segment's changes are damaged");
        const bool counts = trace < isMember.size() && isMember[trace];
        for (std::uint64_t i = 0; i < count; ++i, ++change) {
            const std::int64_t bytes = unzigzag(columns.bytes.varint());
            if (!counts) continue;
            std::int64_t& at = series[std::min<std::size_t>(columns.rows[change], series.size() - 1)];
            at = wrappingAdd(at, bytes);
        }
    }
}

std::vector<TraceChange> Segment::changes() const {
    check();
    Columns columns = this->columns();
    const bool hasVariance = columns.variances.remaining() > 0;
    std::vector<TraceChange> result;
    std::uint64_t trace = 0;
    for (std::uint64_t left = columns.traceCount; left > 0 && columns.traces.ok(); --left) {
        trace += columns.traces.varint();
        const std::uint64_t count = columns.traces.varint();
        if (trace > kMaxTrace || count > columns.rows.size() - result.size()) fail("a segment's changes are damaged");
        for (std::uint64_t i = 0; i < count; ++i) {
            TraceChange change;
            change.trace = TraceIndex(static_cast<std::uint32_t>(trace));
            change.row = columns.rows[result.size()];
            change.delta.bytes = unzigzag(columns.bytes.varint());
            change.delta.blocks = unzigzag(columns.blocks.varint());
            change.allocated = unzigzag(columns.allocated.varint());
            if (hasVariance) {
                change.delta.bytesVariance = unzigzag(columns.variances.varint());
                change.delta.blocksVariance = unzigzag(columns.variances.varint());
            }
            result.push_back(change);
        }
    }
    return result;
}

}  // namespace heapprof
