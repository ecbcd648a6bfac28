#include "core/digest/segment.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "core/bytes/error.h"
#include "core/bytes/hash.h"

namespace heapprof {
namespace {

constexpr std::uint32_t kMagic = 0x47455348;

struct Header {
    std::uint32_t magic = kMagic;
    std::uint32_t length = 88;
    std::uint64_t previousOffset = 0;
    std::uint64_t firstRow = 0;
    std::uint64_t rowCount = 0;
    std::uint64_t keyFrameLength = 0;
    std::uint64_t lastingLength = 0;
    std::uint64_t passingLength = 0;
    std::uint64_t rowsHash = 0;
    std::uint64_t lastingHash = 0;
    std::uint64_t passingHash = 0;
    std::uint64_t hash = 0;
};
static_assert(sizeof(Header) == 88);

constexpr std::uint64_t kMaxTrace = 0xfffffffe;

/// Keeps what is not nothing. Which amounts are is as good as random: so all are written, and some written over.
class AmountFilter {
public:
    explicit AmountFilter(std::size_t most) { m_kept.reserve(most); }
    void add(const TraceAmount& entry) {
        m_next[static_cast<std::size_t>(m_count)] = entry;
        m_count += !entry.amount.isZero();
        if (m_count == std::ssize(m_next)) [[unlikely]]
            keep();
    }
    std::vector<TraceAmount> take() {
        keep();
        return std::move(m_kept);
    }

private:
    void keep() { m_kept.insert(m_kept.end(), m_next.begin(), m_next.begin() + std::exchange(m_count, 0)); }

    std::vector<TraceAmount> m_kept;
    std::array<TraceAmount, 64> m_next;
    std::ptrdiff_t m_count = 0;
};

}  // namespace

std::vector<std::uint8_t> encodeKeyFrame(std::span<const Amount> values) {
    const auto count =
        static_cast<std::uint64_t>(std::ranges::count_if(values, [](const auto& value) { return !value.isZero(); }));
    packed::Output out;
    out.endAt(packed::write(out.room(packed::kPadding), count, sizeof count));
    std::size_t next = 0;
    for (std::size_t trace = 0; trace < values.size(); ++trace) {
        if (values[trace].isZero()) continue;
        std::uint8_t* const record = out.room(packed::kPadding);
        out.endAt(packed::writeValue(record, trace - std::exchange(next, trace + 1), values[trace]));
    }
    std::vector<std::uint8_t> bytes(out.size() + packed::kPadding);
    std::ranges::copy(out.bytes(), bytes.begin());
    return bytes;
}

std::vector<std::uint8_t> encodeSegment(std::uint64_t previousOffset, std::size_t firstRow, std::span<const Row> rows,
                                        std::span<const std::uint8_t> keyFrame, const SegmentChanges& changes) {
    Header header;
    header.previousOffset = previousOffset;
    header.firstRow = firstRow;
    header.rowCount = rows.size();
    header.rowsHash = hashBytes(rows.data(), rows.size_bytes());
    header.keyFrameLength = keyFrame.size();
    header.lastingLength = changes.lasting.size();
    header.passingLength = changes.passing.size();

    const std::size_t content = sizeof header + rows.size_bytes();
    std::vector<std::uint8_t> segment(content + keyFrame.size() + changes.lasting.size() + changes.passing.size());
    std::memcpy(segment.data() + sizeof header, rows.data(), rows.size_bytes());
    std::memcpy(segment.data() + content, keyFrame.data(), keyFrame.size());
    changes.passing.write(changes.lasting.write(segment.data() + content + keyFrame.size()));
    const std::size_t lastingEnd = segment.size() - changes.passing.size();
    header.lastingHash = hashBytes(segment.data() + content, lastingEnd - content);
    header.passingHash = hashBytes(segment.data() + lastingEnd, changes.passing.size());
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
    if (header.rowCount == 0 || header.rowCount > kSegmentRows) fail("a segment is cut off");
    auto rest = bytes.subspan(std::min<std::size_t>(bytes.size(), header.length));
    const auto take = [&](std::uint64_t length) {
        if (length > rest.size()) fail("a segment is cut off");
        const auto part = rest.first(static_cast<std::size_t>(length));
        rest = rest.subspan(part.size());
        return part;
    };
    m_firstRow = static_cast<std::size_t>(header.firstRow);
    m_rowCount = static_cast<std::size_t>(header.rowCount);
    m_previousOffset = header.previousOffset;
    m_rows = take(header.rowCount * sizeof(Row));
    m_keyFrame = take(header.keyFrameLength);
    m_lasting = take(header.lastingLength);
    // Key frame and lasting changes lie next to each other.
    m_toCheckLasting.bytes = {m_keyFrame.data(), m_keyFrame.size() + m_lasting.size()};
    m_toCheckLasting.hash = header.lastingHash;
    m_toCheckPassing.bytes = m_passing = take(header.passingLength);
    m_toCheckPassing.hash = header.passingHash;
    m_bytes = bytes.first(bytes.size() - rest.size());
    if (hashBytes(m_rows.data(), m_rows.size()) != header.rowsHash) fail("a segment's rows do not match their hash");
}

void Segment::fail(const char* reason) const { throw FileError(FileError::Kind::Damaged, m_path, reason, m_offset); }

void Segment::check(const ToCheck& part) const {
    if (part.isChecked.load(std::memory_order_acquire)) return;
    if (hashBytes(part.bytes.data(), part.bytes.size()) != part.hash)
        fail("a segment's content does not match its hash");
    part.isChecked.store(true, std::memory_order_release);
}

/// Of traces below `traceCount`, ascending.
std::vector<TraceAmount> Segment::keyFrame(std::size_t traceCount) const {
    if (m_keyFrame.size() < sizeof(std::uint64_t) + packed::kPadding) fail("a segment's key frame is damaged");
    const std::uint8_t* const last = m_keyFrame.data() + m_keyFrame.size() - packed::kPadding;
    const std::uint64_t count = packed::read(m_keyFrame.data(), ~std::uint64_t{0});
    std::vector<TraceAmount> values;
    values.reserve(std::min<std::uint64_t>(count, traceCount));
    std::uint64_t next = 0, gap = 0;
    const std::uint8_t* at = m_keyFrame.data() + sizeof next;
    for (std::uint64_t left = count; left > 0; --left) {
        Amount value;
        if (at < last)
            at = packed::readValue(at, gap, value);
        else
            at = last + 1;
        const std::uint64_t trace = next + gap;
        if (at > last || trace > kMaxTrace) fail("a segment's key frame is damaged");
        if (trace >= traceCount) fail("a segment's key frame names a trace that does not exist");
        values.push_back({TraceIndex(static_cast<std::uint32_t>(trace)), value});
        next = trace + 1;
    }
    return values;
}

TraceIndex Segment::known(TraceIndex trace, std::size_t traceCount) const {
    if (trace.value >= traceCount) fail("a segment's changes name a trace that does not exist");
    return trace;
}

void Segment::appendRows(std::vector<Row>& rows) const {
    const std::size_t before = rows.size();
    rows.resize(before + m_rowCount);
    std::memcpy(rows.data() + before, m_rows.data(), m_rows.size());
}

/// Asks changes that are known to be sound, as bytes.
template <typename Ask>
void Segment::read(std::span<const std::uint8_t> changes, Ask ask) const {
    try {
        ask(ChangesReader(changes));
    } catch (const ChangesReader::Damaged&) {
        fail("a segment's changes are damaged");
    }
}

std::vector<TraceAmount> Segment::stateAfter(std::size_t rowCount, std::size_t traceCount) const {
    check(m_toCheckLasting);
    std::vector<TraceAmount> before = keyFrame(traceCount);
    if (rowCount == 0) return before;
    std::vector<TraceAmount> state;
    read(m_lasting, [&](const ChangesReader& changes) {
        AmountFilter after(std::min<std::uint64_t>(before.size() + changes.lists(), traceCount));
        auto next = before.cbegin();
        changes.visitAll([&](const ChangesReader::List& list) {
            for (; next != before.cend() && next->trace < list.trace; ++next) after.add(*next);
            TraceAmount sum{known(list.trace, traceCount), {}};
            list.visit(rowCount, [&](const TraceChange& change) { sum.amount += change.delta; });
            if (next != before.cend() && next->trace == list.trace) sum.amount += (next++)->amount;
            after.add(sum);
        });
        for (; next != before.cend(); ++next) after.add(*next);
        state = after.take();
    });
    return state;
}

void Segment::addAllocated(std::size_t first, std::size_t end, std::span<std::int64_t> allocated) const {
    check(m_toCheckLasting);
    check(m_toCheckPassing);
    for (const auto part : {m_lasting, m_passing})
        read(part, [&](const ChangesReader& changes) {
            changes.visitAll([&](const ChangesReader::List& list) {
                std::int64_t& sum = allocated[known(list.trace, allocated.size()).value];
                list.visit(end, [&](const TraceChange& change) {
                    if (change.row >= first) sum = wrappingAdd(sum, change.allocated);
                });
            });
        });
}

void Segment::addSeries(std::span<const TraceIndex> traces, std::span<std::int64_t> series) const {
    check(m_toCheckLasting);
    read(m_lasting, [&](const ChangesReader& changes) {
        changes.visitOf(traces, [&](const ChangesReader::List& list) {
            list.visit(series.size(), [&](const TraceChange& change) {
                series[change.row] = wrappingAdd(series[change.row], change.delta.bytes);
            });
        });
    });
}

std::vector<TraceChange> Segment::changes() const {
    std::vector<TraceChange> result;
    check(m_toCheckLasting);
    read(m_lasting, [&](const ChangesReader& changes) {
        changes.visitAll([&](const ChangesReader::List& list) {
            list.visit([&](const TraceChange& change) { result.push_back(change); });
        });
    });
    return result;
}

}  // namespace heapprof
