#include "core/digest/segment.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "core/bytes/error.h"
#include "core/bytes/hash.h"

namespace heapprof {
namespace {

constexpr std::uint32_t kSegmentMagic = 0x47455348;

struct SegmentHeader {
    std::uint32_t magic = kSegmentMagic;
    std::uint32_t length = 88;
    std::uint64_t previousOffset = 0;
    std::uint64_t firstBucket = 0;
    std::uint64_t bucketCount = 0;
    std::uint64_t keyFrameLength = 0;
    std::uint64_t netLength = 0;
    std::uint64_t transientLength = 0;
    std::uint64_t bucketsHash = 0;
    std::uint64_t netHash = 0;
    std::uint64_t transientHash = 0;
    std::uint64_t hash = 0;
};
static_assert(sizeof(SegmentHeader) == 88);

constexpr std::uint64_t kMaxTrace = 0xfffffffe;

/// Collects the non-zero amounts. Branch-free, as which ones are zero is unpredictable: all are written, and some
/// overwritten.
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

std::vector<std::uint8_t> encodeSegment(std::uint64_t previousOffset, std::size_t firstBucket,
                                        std::span<const Bucket> buckets, std::span<const std::uint8_t> keyFrame,
                                        const SegmentChanges& changes) {
    SegmentHeader header;
    header.previousOffset = previousOffset;
    header.firstBucket = firstBucket;
    header.bucketCount = buckets.size();
    header.bucketsHash = hashBytes(buckets.data(), buckets.size_bytes());
    header.keyFrameLength = keyFrame.size();
    header.netLength = changes.net.size();
    header.transientLength = changes.transient.size();

    const std::size_t content = sizeof header + buckets.size_bytes();
    std::vector<std::uint8_t> segment(content + keyFrame.size() + changes.net.size() + changes.transient.size());
    std::memcpy(segment.data() + sizeof header, buckets.data(), buckets.size_bytes());
    std::memcpy(segment.data() + content, keyFrame.data(), keyFrame.size());
    changes.transient.write(changes.net.write(segment.data() + content + keyFrame.size()));
    const std::size_t netEnd = segment.size() - changes.transient.size();
    header.netHash = hashBytes(segment.data() + content, netEnd - content);
    header.transientHash = hashBytes(segment.data() + netEnd, changes.transient.size());
    header.hash = hashBytes(&header, offsetof(SegmentHeader, hash));
    std::memcpy(segment.data(), &header, sizeof header);
    return segment;
}

Segment::Segment(std::span<const std::uint8_t> bytes, std::shared_ptr<const void> owner, std::string path,
                 std::uint64_t offset)
    : m_owner(std::move(owner)), m_path(std::move(path)), m_offset(offset) {
    SegmentHeader header;
    if (bytes.size() < sizeof header) fail("a segment is cut off");
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.magic != kSegmentMagic || header.hash != hashBytes(&header, offsetof(SegmentHeader, hash)) ||
        header.length < sizeof header)
        fail("no segment where one must start");
    if (header.bucketCount == 0 || header.bucketCount > kSegmentBuckets) fail("a segment is cut off");
    auto rest = bytes.subspan(std::min<std::size_t>(bytes.size(), header.length));
    const auto take = [&](std::uint64_t length) {
        if (length > rest.size()) fail("a segment is cut off");
        const auto part = rest.first(static_cast<std::size_t>(length));
        rest = rest.subspan(part.size());
        return part;
    };
    m_firstBucket = static_cast<std::size_t>(header.firstBucket);
    m_bucketCount = static_cast<std::size_t>(header.bucketCount);
    m_previousOffset = header.previousOffset;
    m_buckets = take(header.bucketCount * sizeof(Bucket));
    m_keyFrame = take(header.keyFrameLength);
    m_net = take(header.netLength);
    // Key frame and net changes lie next to each other.
    m_toCheckNet.bytes = {m_keyFrame.data(), m_keyFrame.size() + m_net.size()};
    m_toCheckNet.hash = header.netHash;
    m_toCheckTransient.bytes = m_transient = take(header.transientLength);
    m_toCheckTransient.hash = header.transientHash;
    m_bytes = bytes.first(bytes.size() - rest.size());
    if (hashBytes(m_buckets.data(), m_buckets.size()) != header.bucketsHash)
        fail("a segment's buckets do not match their hash");
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

void Segment::appendBuckets(std::vector<Bucket>& buckets) const {
    const std::size_t before = buckets.size();
    buckets.resize(before + m_bucketCount);
    std::memcpy(buckets.data() + before, m_buckets.data(), m_buckets.size());
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

std::vector<TraceAmount> Segment::stateAfter(std::size_t bucketCount, std::size_t traceCount) const {
    check(m_toCheckNet);
    std::vector<TraceAmount> before = keyFrame(traceCount);
    if (bucketCount == 0) return before;
    std::vector<TraceAmount> state;
    read(m_net, [&](const ChangesReader& changes) {
        AmountFilter after(std::min<std::uint64_t>(before.size() + changes.lists(), traceCount));
        auto next = before.cbegin();
        changes.visitAll([&](const ChangesReader::List& list) {
            for (; next != before.cend() && next->trace < list.trace; ++next) after.add(*next);
            TraceAmount sum{known(list.trace, traceCount), {}};
            list.visit(bucketCount, [&](const TraceChange& change) { sum.amount += change.delta; });
            if (next != before.cend() && next->trace == list.trace) sum.amount += (next++)->amount;
            after.add(sum);
        });
        for (; next != before.cend(); ++next) after.add(*next);
        state = after.take();
    });
    return state;
}

void Segment::addAllocated(std::size_t first, std::size_t end, std::span<std::int64_t> allocated) const {
    check(m_toCheckNet);
    check(m_toCheckTransient);
    for (const auto part : {m_net, m_transient})
        read(part, [&](const ChangesReader& changes) {
            changes.visitAll([&](const ChangesReader::List& list) {
                std::int64_t& sum = allocated[known(list.trace, allocated.size()).value];
                list.visit(end, [&](const TraceChange& change) {
                    if (change.bucket >= first) sum = wrappingAdd(sum, change.allocated);
                });
            });
        });
}

void Segment::addSeries(std::span<const TraceIndex> traces, std::span<std::int64_t> series, Measure measure) const {
    check(m_toCheckNet);
    read(m_net, [&](const ChangesReader& changes) {
        changes.visitOf(traces, [&](const ChangesReader::List& list) {
            list.visit(series.size(), [&](const TraceChange& change) {
                series[change.bucket] = wrappingAdd(series[change.bucket], change.delta.of(measure));
            });
        });
    });
}

std::vector<TraceChange> Segment::changes() const {
    std::vector<TraceChange> result;
    check(m_toCheckNet);
    read(m_net, [&](const ChangesReader& changes) {
        changes.visitAll([&](const ChangesReader::List& list) {
            list.visit([&](const TraceChange& change) { result.push_back(change); });
        });
    });
    return result;
}

}  // namespace heapprof
