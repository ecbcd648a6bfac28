// What was allocated in an interval, and what of it only for a moment, against the blocks themselves.
#include "core/blocks/allocations.h"

#include <QtTest>

#include "core/stacks/line_table.h"
#include "tests/core/recorded_blocks.h"
#include "tests/core/seeds.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

void compare(const Snapshot& found, const Snapshot& expected) {
    QCOMPARE(found.traces.size(), expected.traces.size());
    for (std::size_t i = 0; i < found.traces.size(); ++i) QVERIFY(found.traces[i] == expected.traces[i]);
    QVERIFY(found.total == expected.total);
}

std::int64_t absent(const Snapshot& snapshot) {
    return std::count_if(snapshot.traces.begin(), snapshot.traces.end(),
                         [](const TraceEstimate& entry) { return entry.usage.bytes == 0; });
}

}  // namespace

class AllocationsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((m_cache / "cache").string())); }

    void sumsWhatWasAllocated_data() { addSeeds(); }
    void sumsWhatWasAllocated() {
        QFETCH(int, seed);
        const TemporaryFolder folder;
        const Recorded recorded(folder, someSampling(seed), static_cast<std::uint32_t>(seed));
        // At the end borders in the same bucket, and borders that are the ends of buckets or lie just before.
        const auto& buckets = recorded.digest().buckets();
        const auto endOf = [&](std::size_t bucket) { return Micros(buckets[bucket].end.time); };
        for (const auto& [from, to] :
             {std::pair(recorded.at(0.2), recorded.at(0.7)), std::pair(Micros(-1), recorded.at(2)),
              std::pair(Micros(0), recorded.at(1)), std::pair(recorded.at(0.5), recorded.at(0.5)),
              std::pair(recorded.at(0.8), recorded.at(0.3)), std::pair(Micros(buckets[20].firstTime), endOf(20)),
              std::pair(Micros(buckets[20].firstTime), endOf(20) - Micros(1)), std::pair(endOf(5), endOf(30)),
              std::pair(endOf(5), endOf(30) - Micros(1))}) {
            const Snapshot expected = sumOf(recorded.blocks, recorded.weights(),
                                            [&](const Block& x) { return x.born > from && x.born <= to; });
            const Snapshot found = allocatedBetween(recorded.recording, from, to);
            compare(found, expected);
            QVERIFY(found.time == to);
            const Snapshot bytes = bytesAllocatedBetween(recorded.recording, from, to);
            QCOMPARE(static_cast<std::int64_t>(bytes.traces.size()),
                     static_cast<std::int64_t>(expected.traces.size()) - absent(expected));
            QCOMPARE(bytes.total.bytes, expected.total.bytes);
            auto next = bytes.traces.begin();
            for (const TraceEstimate& entry : expected.traces)
                if (entry.usage.bytes != 0)
                    QVERIFY(
                        (*next++ == TraceEstimate{entry.trace, {entry.usage.bytes, 0, 0, 0, entry.usage.bytesRest}}));
            QCOMPARE(makeLineTable(found, recorded.traces()).total.bytes, expected.total.bytes);
        }
    }
    void sumsAcrossSegments() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        for (int i = 0; i < 20; ++i) model.addTrace(i % 5);
        model.run(400'000);
        const Recorded recorded(folder, model);
        QVERIFY(recorded.digest().segments().size() >= 3);
        for (const auto& [a, b] :
             {std::pair(0.0, 1.0), std::pair(0.1, 0.9), std::pair(0.7, 0.9), std::pair(0.05, 0.1)}) {
            const Micros from = recorded.at(a), to = recorded.at(b);
            const Snapshot read = allocatedBetween(recorded.recording, from, to);
            const Snapshot looked = bytesAllocatedBetween(recorded.recording, from, to);
            QCOMPARE(looked.traces.size(), read.traces.size());
            for (std::size_t i = 0; i < read.traces.size(); ++i)
                QCOMPARE(looked.traces[i].usage.bytes, read.traces[i].usage.bytes);
        }
    }
    void tellsRates() {
        const AllocationRate rate = rateOf({3000, 12, 3600, 36}, Micros(-1'000'000), Micros(2'000'000));
        QCOMPARE(rate.bytes, 1000.0);
        QCOMPARE(rate.blocks, 4.0);
        QCOMPARE(rate.bytesError, 20.0);
        QCOMPARE(rate.blocksError, 2.0);
        QCOMPARE(rateOf({3000, 12, 3600, 36}, Micros(5), Micros(5)).bytes, 0.0);
    }
    void findsTemporaryBlocks_data() { addSeeds(); }
    void findsTemporaryBlocks() {
        QFETCH(int, seed);
        const TemporaryFolder folder;
        const Recorded recorded(folder, someSampling(seed), static_cast<std::uint32_t>(seed));
        constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
        for (const auto& [a, b] : {std::pair(0.2, 0.7), std::pair(-0.1, 1.0), std::pair(0.6, 0.6)}) {
            const Micros from = recorded.at(a), to = recorded.at(b);
            const auto sum = [&](auto holds) {
                return sumOf(recorded.blocks, recorded.weights(),
                             [&](const Block& x) { return x.born > from && x.born <= to && holds(x); });
            };
            const Snapshot all = sum([](const Block&) { return true; });
            for (const Micros limit : {Micros(-5), Micros(0), Micros(1), Micros(1000), Micros(50'000),
                                       Micros(30'000'000), Micros(kForever)}) {
                const auto found = temporaryBlocks(recorded.recording, from, to, limit);
                QVERIFY(found.has_value());
                compare(found->allocated, all);
                compare(found->temporary,
                        sum([&](const Block& x) { return x.freed.count < kForever && x.freed - x.born < limit; }));
            }
            for (const std::uint64_t further : {0u, 1u, 10u, 1000u}) {
                const auto found = temporaryBlocks(recorded.recording, from, to, FurtherAllocations{further});
                QVERIFY(found.has_value());
                compare(found->allocated, all);
                compare(found->temporary, sum([&](const Block& x) { return x.freed <= to && x.distance <= further; }));
            }
        }
    }
    void cannotBeToldOfVersion1() {
        const TemporaryFolder folder;
        const Recording recorded = recordedV1(folder, "a_tiny");
        const Micros end = recorded.end();
        QVERIFY(!temporaryBlocks(recorded, Micros(-1), end, Micros(1000)));
        QVERIFY(!temporaryBlocks(recorded, Micros(-1), end, FurtherAllocations{1}));
        // Where nothing is freed there is nothing to tell.
        QVERIFY(temporaryBlocks(recorded, Micros(-1), Instant(end, 1), FurtherAllocations{1}));
        const Snapshot allocated = allocatedBetween(recorded, Micros(-1), end);
        QVERIFY(allocated.total.bytes > 0);
        QCOMPARE(bytesAllocatedBetween(recorded, Micros(-1), end).total.bytes, allocated.total.bytes);
    }
    void stops() {
        const TemporaryFolder folder;
        const Recorded recorded(folder, Sampling::everything(), 1);
        std::stop_source stop;
        stop.request_stop();
        const Micros end = recorded.end();
        const auto none = [&](const Snapshot& snapshot) { return snapshot.total == Estimate{}; };
        QVERIFY(none(allocatedBetween(recorded.recording, Micros(-1), end, stop.get_token())));
        QVERIFY(none(bytesAllocatedBetween(recorded.recording, Micros(-1), end, stop.get_token())));
        QVERIFY(none(temporaryBlocks(recorded.recording, Micros(-1), end, Micros(9), stop.get_token())->allocated));
    }

private:
    TemporaryFolder m_cache;
};

QTEST_APPLESS_MAIN(AllocationsTest)
#include "allocations_test.moc"
