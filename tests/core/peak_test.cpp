// What the memory was made of at its peak, against the blocks themselves.
#include "core/state/peak.h"

#include <QtTest>

#include "core/state/time_series.h"
#include "tests/core/recorded_blocks.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

/// The live memory by trace, of traces of the set, after the event that first makes it greatest.
Snapshot peakOf(const std::vector<Event>& events, const Recorded& recorded, const TraceSet& traces) {
    const Weights& weights = recorded.weights();
    std::vector<Amount> state(recorded.traces().traceCount() + 1), highest(state.size());
    std::int64_t total = 0, max = 0;
    Instant time;
    std::uint64_t number = 0;
    for (const Event& event : events) {
        ++number;
        if (!traces.contains(event.trace)) continue;
        const Amount amount = weights.of(event);
        Amount& value = state[event.trace.value];
        if (event.kind == EventKind::Allocation) {
            value += amount;
            total += amount.bytes;
        } else {
            value = value - amount;
            total -= amount.bytes;
        }
        if (total <= max) continue;
        max = total;
        highest = state;
        time = {event.time, number};
    }
    std::vector<TraceAmount> amounts;
    for (std::uint32_t trace = 0; trace < highest.size(); ++trace)
        amounts.push_back({TraceIndex(trace), highest[trace]});
    return snapshotOf(amounts, weights, time);
}

}  // namespace

class PeakTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((m_cache / "cache").string())); }

    void showsTheVeryPeak_data() {
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= 9; ++seed) QTest::addRow("%d", seed) << seed;
    }
    void showsTheVeryPeak() {
        QFETCH(int, seed);
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", someSampling(seed), static_cast<std::uint32_t>(seed));
        for (int i = 0; i < 20; ++i) model.addTrace(i % 5);
        model.run(10'000, 5000, 45);
        model.run(10'000, 5000, 55);
        const Recorded recorded(folder, model);
        const Snapshot expected = peakOf(model.events(), recorded, TraceSet());
        const Peak peak = heapprof::peakOf(recorded.recording);
        const Snapshot found = snapshotAt(recorded.recording, peak.instant);
        QVERIFY(found.traces == expected.traces && found.total == expected.total && found.time == expected.time);
        QCOMPARE(peak.amount, found.total.bytes);
        QCOMPARE(peakBytes(recorded.recording), peak.amount);
        QCOMPARE(totalAt(recorded.recording, peak.instant).bytes, peak.amount);

        const TraceSet some = everyNthTrace(recorded.traces(), 4);
        const Peak peakOfSome = heapprof::peakOf(recorded.recording, some);
        const Snapshot ofSome = restrictedTo(some, snapshotAt(recorded.recording, peakOfSome.instant));
        const Snapshot expectedOfSome = peakOf(model.events(), recorded, some);
        QVERIFY(ofSome.traces == expectedOfSome.traces && ofSome.total == expectedOfSome.total);
        QVERIFY(peakOfSome.instant == expectedOfSome.time);
        QCOMPARE(peakOfSome.amount, ofSome.total.bytes);

        const Peak most = heapprof::peakOf(recorded.recording, some, {}, Measure::BlockCount);
        QCOMPARE(totalOf(some, snapshotAt(recorded.recording, most.instant)).blocks, most.amount);
        QVERIFY(most.amount >= ofSome.total.blocks);
        const std::vector<Instant> instants = evenInstants(recorded.recording, most, 50);
        const auto curve = curveOf(recorded.recording,
                                   filteredBuckets(recorded.recording, some, {}, {}, Measure::BlockCount), instants);
        QCOMPARE(std::ranges::max(curve, {}, &CurvePoint::max).max, most.amount);
    }
    /// The clock ticks slowly: most of a peak may be gone within the same tick.
    void isNotTheEndOfItsTick() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        const TraceIndex small = model.addTrace(1), big = model.addTrace(1);
        model.allocate(small, 100);
        model.passTime(Micros(4000));
        model.allocate(big, 1'000'000);
        model.freeBlock(1);
        model.allocate(small, 50);
        const Recorded recorded(folder, model);
        const Instant peak = heapprof::peakOf(recorded.recording).instant;
        const Snapshot found = snapshotAt(recorded.recording, peak);
        QVERIFY((found.traces == std::vector<TraceEstimate>{{small, {100, 1, 0, 0}}, {big, {1'000'000, 1, 0, 0}}}));
        QVERIFY((peak == Instant{Micros(4000), 2}));
        QCOMPARE(snapshotAt(recorded.recording, peak.time).total.bytes, 150);
        const TraceSet ofSmall(std::vector<bool>{false, true, false});
        QCOMPARE(heapprof::peakOf(recorded.recording, ofSmall).amount, 150);
        QCOMPARE(heapprof::peakOf(recorded.recording, TraceSet::none()).amount, 0);
    }
    void thereIsNoneWithoutMemory() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        const Recorded recorded(folder, model);
        QVERIFY(heapprof::peakOf(recorded.recording) == Peak{});
    }

private:
    TemporaryFolder m_cache;
};

QTEST_APPLESS_MAIN(PeakTest)
#include "peak_test.moc"
