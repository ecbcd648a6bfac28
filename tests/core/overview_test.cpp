// What is known of a capture at a glance.
#include "core/summary/overview.h"

#include <QtTest>

#include "core/state/peak.h"
#include "core/state/snapshot.h"
#include "tests/core/digested.h"
#include "tests/core/recorded_blocks.h"
#include "tests/core/recorded_model.h"
#include "tests/core/seeds.h"
#include "tests/core/temporary_folder.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

void recordTwentyTraces(const std::filesystem::path& filebase, int seed) {
    RecordedModel model(filebase, someSampling(seed), static_cast<std::uint32_t>(seed));
    for (int i = 0; i < 20; ++i) model.addTrace(i % 5);
    model.run(100'000);
    model.finish();
}

}  // namespace

class OverviewTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((m_cache / "cache").string())); }

    void saysWhatTheDigestSays_data() { addSeeds(); }
    void saysWhatTheDigestSays() {
        QFETCH(int, seed);
        const TemporaryFolder folder;
        const Recorded recorded(folder, someSampling(seed), static_cast<std::uint32_t>(seed));
        const Recording& recording = recorded.recording;
        const Overview overview = overviewOf(folder / "x.hpm", 50);
        QVERIFY(overview.end == recording.end());
        QCOMPARE(overview.peakBytes, peakBytes(recording));
        QCOMPARE(overview.curve.size(), std::size_t{50});
        QCOMPARE(*std::ranges::max_element(overview.curve), overview.peakBytes);
        for (int i = 0; i < 500; ++i) {  // no part of the curve lies below what was in use in it
            const Micros time(recording.end().count * i / 500);
            const std::int64_t bytes = totalAt(recording, time).bytes;
            QVERIFY(overview.curve[static_cast<std::size_t>(i) / 10] >= bytes);
        }
        QVERIFY(!overview.isBeingWritten);
    }
    void withoutADigestSaysWhatChunksSay_data() { addSeeds(); }
    void withoutADigestSaysWhatChunksSay() {
        QFETCH(int, seed);
        const TemporaryFolder folder;
        recordTwentyTraces(folder / "x", seed);
        const Overview overview = overviewOf(folder / "x", 20);
        QCOMPARE(overview.curve.size(), std::size_t{20});
        QCOMPARE(overview.peakBytes, peakBytes(digested(Capture::open(folder / "x"))));
    }
    void aShortRecordingHasACurveWithoutADigest_data() { addSeeds(); }
    void aShortRecordingHasACurveWithoutADigest() {
        QFETCH(int, seed);
        const TemporaryFolder folder;
        recordTwentyTraces(folder / "x", seed);
        const Overview before = overviewOf(folder / "x", 20);
        digested(Capture::open(folder / "x"));
        const Overview known = overviewOf(folder / "x", 20);
        QCOMPARE(before.peakBytes, known.peakBytes);
        for (std::size_t i = 0; i < 20; ++i)  // a step may reach a little into the next part
            QVERIFY(before.curve[i] == known.curve[i] ||
                    std::abs(before.curve[i] - known.curve[i]) < known.peakBytes / 5);
    }
    void aProgramThatWasKilledHasItsLastChunkOpen_data() {
        QTest::addColumn<int>("events");
        QTest::newRow("one chunk") << 300;
        QTest::newRow("several") << 60'000;
    }
    void aProgramThatWasKilledHasItsLastChunkOpen() {
        QFETCH(int, events);
        const TemporaryFolder folder;
        const TemporaryFolder elsewhere;
        RecordedModel model(folder / "x", Sampling::byBytes(2000), 3);
        for (int i = 0; i < 20; ++i) model.addTrace(i % 5);
        model.run(static_cast<std::size_t>(events), 5000, 20);  // the peak is at the end
        for (const char* name : {"x.hpm", "x.hpd"}) std::filesystem::copy_file(folder / name, elsewhere / name);
        const Overview overview = overviewOf(elsewhere / "x", 20);
        const Recording recording = digested(Capture::open(elsewhere / "x"));
        QVERIFY(std::abs(overview.peakBytes - peakBytes(recording)) <= 1);
        QVERIFY(overview.end == recording.end());
        QCOMPARE(*std::ranges::max_element(overview.curve), overview.peakBytes);
        const Overview known = overviewOf(elsewhere / "x", 20);
        QVERIFY(known.peakBytes == peakBytes(recording) && known.end == recording.end());
    }
    void afterTheLastEventMemoryStaysAsItIs() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        const TraceIndex trace = model.addTrace(1);
        model.allocate(trace, 1'000'000);
        model.allocate(trace, 1000);
        model.freeBlock(0);
        model.passTime(Micros(10'000'000));
        model.finish();
        const Recording recording = digested(Capture::open(folder / "x"));
        const Overview overview = overviewOf(folder / "x", 10);
        QVERIFY(overview.end == recording.end() && overview.end.count == 10'000'000);
        QCOMPARE(overview.curve.front(), 1'001'000);
        QCOMPARE(overview.curve.back(), 1000);
    }
    void ofACaptureWithoutEventsThereIsNoCurve() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        model.finish();
        const Overview overview = overviewOf(folder / "x", 20);
        QVERIFY(overview.curve.empty() && overview.peakBytes == 0);
    }
    void ofNoCaptureThereIsAnError() {
        const TemporaryFolder folder;
        QVERIFY_THROWS_EXCEPTION(FileError, overviewOf(folder / "missing.hpm", 20));
    }

private:
    TemporaryFolder m_cache;
};

QTEST_APPLESS_MAIN(OverviewTest)
#include "overview_test.moc"
