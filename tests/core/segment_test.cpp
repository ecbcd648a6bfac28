// A segment of a digest: what is written into it is what its questions are answered with.
#include "core/digest/segment.h"

#include <QtTest>
#include <algorithm>
#include <random>

#include "core/bytes/error.h"
#include "core/digest/change_log.h"

using namespace heapprof;

namespace {

constexpr std::size_t kTraces = 5000, kBuckets = 200;

/// What a segment is made of, and its bytes.
struct Written {
    explicit Written(bool hasVariances, std::uint32_t maxStep)
        : buckets(kBuckets), keyFrame(kTraces), random(hasVariances ? 2 : 3) {
        for (Bucket& bucket : buckets) bucket.total.bytes = anyNumber();
        for (std::size_t i = 0; i < kTraces; i += 1 + random() % 5)
            keyFrame[i] = {anyNumber(), 7, hasVariances && i % 2 ? 5 : 0, hasVariances ? 3 : 0};
        ChangeLog log(hasVariances);
        log.growTraces(kTraces);
        for (std::uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
            ChangeLog::Adder adder = log.adder(kTraces);
            for (std::uint32_t trace = static_cast<std::uint32_t>(random() % maxStep); trace < kTraces;
                 trace += 1 + static_cast<std::uint32_t>(random() % maxStep)) {
                TraceChange change{TraceIndex(trace), bucket, {anyNumber(), anyNumber() >> 40, 0, 0}, anyNumber()};
                // Half of the traces that had something have nothing after bucket 100.
                if (bucket == 100 && trace % 2 == 0) change.delta = Amount{} - stateAfter(bucket)[trace];
                if (hasVariances && bucket != 100) change.delta += Amount{0, 0, 1, anyNumber()};
                if (trace % 3 == 0) change.delta = {};  // all freed again
                changes.push_back(change);
                const std::uint32_t place = adder.placeOf(trace);
                adder.change(place).amounts[0] = change.allocated;
                adder.change(place).amounts[1] = wrappingSubtract(change.allocated, change.delta.bytes);
                adder.change(place).blocks = change.delta.blocks;
                if (hasVariances) adder.variances(place) = {change.delta.bytesVariance, change.delta.blocksVariance};
            }
            log.commit(adder);
            log.endBucket(bucket);
        }
        std::ranges::sort(changes, {},
                          [](const TraceChange& change) { return std::pair(change.trace, change.bucket); });
        bytes = encodeSegment(17, 256, buckets, encodeKeyFrame(keyFrame), log.encode());
    }
    /// By trace.
    std::vector<Amount> stateAfter(std::size_t bucketCount) const {
        std::vector<Amount> state = keyFrame;
        for (const TraceChange& change : changes)
            if (change.bucket < bucketCount) state[change.trace.value] += change.delta;
        return state;
    }
    /// By how much each bucket changes the bytes of some traces.
    template <typename IsMember>
    std::vector<std::int64_t> series(IsMember isMember) const {
        std::vector<std::int64_t> series(kBuckets);
        for (const TraceChange& change : changes)
            if (isMember(change.trace.value))
                series[change.bucket] = wrappingAdd(series[change.bucket], change.delta.bytes);
        return series;
    }
    std::int64_t anyNumber() { return static_cast<std::int64_t>(random()) >> random() % 60; }

    std::vector<Bucket> buckets;
    std::vector<Amount> keyFrame;
    std::vector<TraceChange> changes;  // by trace, then bucket
    std::vector<std::uint8_t> bytes;
    std::mt19937_64 random;
};

std::vector<TraceAmount> amounts(const std::vector<Amount>& values) {
    std::vector<TraceAmount> result;
    for (std::uint32_t trace = 0; trace < values.size(); ++trace)
        if (!values[trace].isZero()) result.push_back({TraceIndex(trace), values[trace]});
    return result;
}

}  // namespace

class SegmentTest : public QObject {
    Q_OBJECT

private slots:
    void answersFollowFromWhatWasWritten_data() {
        QTest::addColumn<bool>("hasVariances");
        QTest::addColumn<int>("maxStep");
        QTest::newRow("sampled") << true << 900;
        QTest::newRow("exact") << false << 900;
        QTest::newRow("exact, few changes") << false << 60'000;
        QTest::newRow("sampled, few changes") << true << 60'000;
    }
    void answersFollowFromWhatWasWritten() {
        QFETCH(bool, hasVariances);
        QFETCH(int, maxStep);
        const Written written(hasVariances, static_cast<std::uint32_t>(maxStep));
        const Segment segment(written.bytes, nullptr, "x", 0);
        QCOMPARE(segment.previousOffset(), std::uint64_t{17});
        QCOMPARE(segment.firstBucket(), std::size_t{256});
        QCOMPARE(segment.size(), written.bytes.size());
        std::vector<Bucket> buckets;
        segment.appendBuckets(buckets);
        QVERIFY(buckets == written.buckets);
        auto net = written.changes;
        std::erase_if(net, [](const TraceChange& change) { return change.delta.isZero(); });
        QVERIFY(net.size() < written.changes.size());
        QVERIFY(segment.changes() == net);
        for (const std::size_t bucket : {0, 1, 50, 100, 101, 102, 199, 200})
            QVERIFY(segment.stateAfter(bucket, kTraces) == amounts(written.stateAfter(bucket)));

        std::vector<std::int64_t> allocated(kTraces), expected(kTraces);
        for (const TraceChange& change : written.changes)
            if (change.bucket >= 20 && change.bucket < 120)
                expected[change.trace.value] = wrappingAdd(expected[change.trace.value], change.allocated);
        segment.addAllocated(20, 120, allocated);
        QVERIFY(allocated == expected);
    }
    void seriesAreThoseOfTheChosenTraces_data() {
        QTest::addColumn<int>("every");
        for (const int every : {1, 2, 7, 40, 333, 2500}) QTest::addRow("every %d", every) << every;
    }
    void seriesAreThoseOfTheChosenTraces() {
        QFETCH(int, every);
        const Written written(false, 900);
        const Segment segment(written.bytes, nullptr, "x", 0);
        for (const std::uint32_t first : {0u, 3u, 4999u}) {
            const auto isMember = [&](std::uint32_t trace) {
                return trace >= first && (trace - first) % static_cast<std::uint32_t>(every) == 0;
            };
            std::vector<TraceIndex> traces;
            for (std::uint32_t trace = 0; trace < 2 * kTraces; ++trace)
                if (isMember(trace)) traces.emplace_back(trace);
            std::vector<std::int64_t> series(kBuckets);
            segment.addSeries(traces, series);
            QVERIFY(series == written.series(isMember));
        }
        std::vector<std::int64_t> none(kBuckets);
        segment.addSeries({}, none);
        QVERIFY(none == std::vector<std::int64_t>(kBuckets));
    }
    void tracesThatDoNotExistAreDamage() {
        const Written written(true, 900);
        const Segment segment(written.bytes, nullptr, "x", 0);
        std::vector<std::int64_t> few(10);
        QVERIFY_THROWS_EXCEPTION(FileError, segment.stateAfter(0, 10));
        QVERIFY_THROWS_EXCEPTION(FileError, segment.stateAfter(1, 10));
        QVERIFY_THROWS_EXCEPTION(FileError, segment.addAllocated(0, kBuckets, few));
    }
    void aSegmentThatIsCutOffIsDamage() {
        const Written written(true, 900);
        for (std::size_t length = 0; length < written.bytes.size(); length += 337)
            QVERIFY_THROWS_EXCEPTION(FileError, Segment(std::span(written.bytes).first(length), nullptr, "x", 0));
    }
};

QTEST_APPLESS_MAIN(SegmentTest)
#include "segment_test.moc"
