// What became of blocks, and the error of a difference, against the blocks themselves.
#include "core/blocks/outcomes.h"

#include <QtTest>
#include <cmath>

#include "tests/core/recorded_blocks.h"
#include "tests/core/seeds.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

bool isNear(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)}); }

void compare(const Snapshot& found, const Snapshot& expected) {
    QCOMPARE(found.traces.size(), expected.traces.size());
    for (std::size_t i = 0; i < found.traces.size(); ++i) QVERIFY(found.traces[i] == expected.traces[i]);
    QVERIFY(found.total == expected.total);
}

void compareWithBlocks(const Recorded& recorded) {
    const Weights& weights = recorded.weights();
    for (const auto& [a, b, c] : {std::tuple(0.2, 0.5, 0.8), std::tuple(0.3, 0.3, 1.0), std::tuple(-0.1, 0.4, 0.4),
                                  std::tuple(0.0, 1.0, 2.0), std::tuple(0.9, 0.95, 0.99)}) {
        const OutcomeTimes times{recorded.at(a), recorded.at(b), recorded.at(c)};
        const auto found = allocationOutcomes(recorded.recording, times);
        QVERIFY(found.has_value());
        const auto isAsked = [&](const Block& x) { return x.born > times.from && x.born <= times.to; };
        const auto isFreed = [&](const Block& x) { return x.freed <= times.until; };
        compare(found->allocated, sumOf(recorded.blocks, weights, isAsked));
        compare(found->alive,
                sumOf(recorded.blocks, weights, [&](const Block& x) { return isAsked(x) && !isFreed(x); }));
        compare(found->freed,
                sumOf(recorded.blocks, weights, [&](const Block& x) { return isAsked(x) && isFreed(x); }));
        compare(found->freedFromBefore, sumOf(recorded.blocks, weights, [&](const Block& x) {
                    return x.born <= times.from && x.freed > times.from && isFreed(x);
                }));
        QVERIFY(found->alive.time == times.until);
    }
}

}  // namespace

class OutcomesTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((m_cache / "cache").string())); }

    void tellsWhatBecameOfBlocks_data() { addSeeds(); }
    void tellsWhatBecameOfBlocks() {
        QFETCH(int, seed);
        const TemporaryFolder folder;
        const Recorded recorded(folder, someSampling(seed), static_cast<std::uint32_t>(seed));
        compareWithBlocks(recorded);
    }
    void aLostBlockConfusesNoOther() {
        const TemporaryFolder folder;
        {
            RecordedProgram model(folder / "x", 200'000);
            model.finish();
            const auto blocks = Capture::open(folder / "x")->chunks();
            QVERIFY(blocks.size() > 8);
            Contents bytes = readFile(folder / "x.hpd");
            for (const std::size_t lost : {2, 3, 6}) bytes[blocks[lost].offset + 5000] ^= 1;
            writeFile(folder / "x.hpd", bytes);
        }
        compareWithBlocks(Recorded(folder));
    }
    void knowsTheErrorOfADifference_data() { addSeeds(); }
    void knowsTheErrorOfADifference() {
        QFETCH(int, seed);
        const TemporaryFolder folder;
        const Recorded recorded(folder, someSampling(seed), static_cast<std::uint32_t>(seed));
        const auto snapshot = [&](double share) { return snapshotAt(recorded.recording, recorded.at(share)); };
        for (const auto& [a, b] :
             {std::pair(0.2, 0.7), std::pair(0.7, 0.2), std::pair(0.5, 0.5), std::pair(0.0, 1.0)}) {
            const Snapshot before = snapshot(a), after = snapshot(b);
            const Snapshot found = exactDifference(recorded.recording, before, after);
            const Snapshot bound = difference(before, after);
            QCOMPARE(found.total.bytes, bound.total.bytes);
            QCOMPARE(found.total.blocks, bound.total.blocks);
            QVERIFY(found.total.bytesVariance <= bound.total.bytesVariance);
            // Only what lived at one of the two instants and not at the other makes the difference uncertain.
            const auto livesAt = [](const Block& x, Micros time) { return x.born <= time && x.freed > time; };
            const Snapshot changed = sumOf(recorded.blocks, recorded.weights(), [&](const Block& x) {
                return livesAt(x, before.time.time) != livesAt(x, after.time.time);
            });
            QVERIFY(isNear(found.total.bytesVariance, changed.total.bytesVariance));
            QVERIFY(isNear(found.total.blocksVariance, changed.total.blocksVariance));
            std::map<std::uint32_t, Estimate> byTrace;
            for (const TraceEstimate& entry : changed.traces) byTrace[entry.trace.value] = entry.usage;
            for (const TraceEstimate& entry : found.traces)
                QVERIFY(isNear(entry.usage.bytesVariance, byTrace[entry.trace.value].bytesVariance));
        }
    }
    void cannotBeToldOfVersion1() {
        const TemporaryFolder folder;
        const Recording recording = recordedV1(folder, "a_tiny");
        const Micros middle(recording.end().count / 2);
        QVERIFY(!allocationOutcomes(recording, {Micros(-1), middle, recording.end()}));
        const Snapshot before = snapshotAt(recording, middle);
        const Snapshot after = snapshotAt(recording, recording.end());
        QVERIFY(exactDifference(recording, before, after).traces == difference(before, after).traces);
    }

private:
    TemporaryFolder m_cache;
};

QTEST_APPLESS_MAIN(OutcomesTest)
#include "outcomes_test.moc"
