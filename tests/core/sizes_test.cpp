// How big blocks are, against the blocks themselves.
#include "core/blocks/sizes.h"

#include <QtTest>

#include "tests/core/recorded_blocks.h"
#include "tests/core/seeds.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

/// The histogram of the blocks that `holds` is true for.
template <typename Holds>
SizeHistogram histogramOf(const Recorded& recorded, Holds&& holds) {
    SizeHistogram histogram;
    std::uint64_t min = 0, max = 0;
    const auto all = [&](std::uint64_t from, std::uint64_t to) {
        return totalOf(recorded.blocks, recorded.weights(),
                       [&](const Block& x) { return x.size >= from && x.size <= to && holds(x); });
    };
    while (all(min, UINT64_MAX) != Estimate{}) {
        histogram.push_back({min, max, all(min, max)});
        min = max + 1;
        max = max == 0 ? 1 : 2 * max;
    }
    return histogram;
}

}  // namespace

class SizesTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((m_cache / "cache").string())); }

    void putsEverySizeWhereItBelongs() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        const TraceIndex trace = model.addTrace(1);
        constexpr std::uint64_t kBig = std::uint64_t{1} << 31, kBiggest = std::uint64_t{1} << 62;
        for (const std::uint64_t size :
             {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}, std::uint64_t{4},
              std::uint64_t{5}, std::uint64_t{8}, std::uint64_t{9}, kBig, kBig + 1, kBiggest, kBiggest + 1, UINT64_MAX})
            model.allocate(trace, size);
        model.passTime(Micros(10));
        model.allocate(trace, 100);
        const Recorded recorded(folder, model);
        const TraceSet first(std::vector<bool>{false, true});
        const SizeHistogram found = sizesAt(recorded.recording, Micros(0), first);
        QCOMPARE(found.size(), std::size_t{66});
        std::map<std::pair<std::uint64_t, std::uint64_t>, std::int64_t> blocks;
        for (const SizeBucket& bucket : found)
            if (bucket.usage.blocks != 0) blocks[{bucket.min, bucket.max}] = bucket.usage.blocks;
        const std::map<std::pair<std::uint64_t, std::uint64_t>, std::int64_t> expected{
            {{0, 0}, 1},
            {{1, 1}, 1},
            {{2, 2}, 1},
            {{3, 4}, 2},
            {{5, 8}, 2},
            {{9, 16}, 1},
            {{kBig / 2 + 1, kBig}, 1},
            {{kBig + 1, 2 * kBig}, 1},
            {{kBiggest / 2 + 1, kBiggest}, 1},
            {{kBiggest + 1, 2 * kBiggest}, 1},
            {{2 * kBiggest + 1, UINT64_MAX}, 1}};
        QVERIFY(blocks == expected);
        for (std::size_t i = 0; i < found.size(); ++i) {
            QCOMPARE(sizeBucketOf(found[i].min), i);
            QCOMPARE(sizeBucketOf(found[i].max), i);
            QVERIFY(i == 0 || found[i].min == found[i - 1].max + 1);
        }
        QCOMPARE(found[4].usage.bytes, 5 + 8);
        QCOMPARE(sizesAllocated(recorded.recording, Micros(0), Micros(10), first).size(), std::size_t{9});
        QVERIFY(sizesAt(recorded.recording, Micros(10), ~first).empty());
        QVERIFY(sizesAt(recorded.recording, Micros(10), TraceSet::none()).empty());
        QVERIFY(sizesAt(recorded.recording, Micros(-1), first).empty());
    }
    void tellsTheSizesOfLiveBlocks_data() { addSeeds(); }
    void tellsTheSizesOfLiveBlocks() {
        QFETCH(int, seed);
        const TemporaryFolder folder;
        const Recorded recorded(folder, someSampling(seed), static_cast<std::uint32_t>(seed));
        for (const TraceSet& traces : {everyNthTrace(recorded.traces(), 3), TraceSet()})
            for (const double share : {-0.1, 0.0, 0.4, 0.9, 1.0, 2.0}) {
                const Micros time = recorded.at(share);
                const SizeHistogram found = sizesAt(recorded.recording, time, traces);
                QVERIFY(found == histogramOf(recorded, [&](const Block& x) {
                            return traces.contains(TraceIndex(x.trace)) && x.livesAt(time);
                        }));
            }
    }
    void tellsTheSizesOfAllocations_data() { addSeeds(); }
    void tellsTheSizesOfAllocations() {
        QFETCH(int, seed);
        const TemporaryFolder folder;
        const Recorded recorded(folder, someSampling(seed), static_cast<std::uint32_t>(seed));
        for (const TraceSet& traces : {everyNthTrace(recorded.traces(), 3), TraceSet()})
            for (const auto& [a, b] : {std::pair(-0.1, 2.0), std::pair(0.0, 0.3), std::pair(0.4, 0.8),
                                       std::pair(0.5, 0.5), std::pair(0.6, 0.2)}) {
                const Micros from = recorded.at(a), to = recorded.at(b);
                const SizeHistogram found = sizesAllocated(recorded.recording, from, to, traces);
                QVERIFY(found == histogramOf(recorded, [&](const Block& x) {
                            return traces.contains(TraceIndex(x.trace)) && x.born > from && x.born <= to;
                        }));
            }
    }
    void knowsTheSizesOfVersion1() {
        const TemporaryFolder folder;
        const Recording recorded = recordedV1(folder, "a_tiny");
        const Micros end = recorded.end();
        std::int64_t bytes = 0;
        for (const SizeBucket& bucket : sizesAt(recorded, end)) bytes += bucket.usage.bytes;
        QVERIFY(bytes > 0);
        QCOMPARE(bytes, snapshotAt(recorded, end).total.bytes);
    }
    void stops() {
        const TemporaryFolder folder;
        const Recorded recorded(folder, Sampling::everything(), 1);
        std::stop_source stop;
        stop.request_stop();
        const Micros end = recorded.end();
        QVERIFY(sizesAt(recorded.recording, end, {}, stop.get_token()).empty());
        QVERIFY(sizesAllocated(recorded.recording, Micros(-1), end, {}, stop.get_token()).empty());
    }

private:
    TemporaryFolder m_cache;
};

QTEST_APPLESS_MAIN(SizesTest)
#include "sizes_test.moc"
