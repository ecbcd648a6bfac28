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
        RecordedModel model(folder / "x", someSampling(seed), static_cast<std::uint32_t>(seed));
        for (int i = 0; i < 20; ++i) model.addTrace(i % 5);
        model.run(100'000);
        model.finish();
        const Overview overview = overviewOf(folder / "x", 20);
        QCOMPARE(overview.curve.size(), std::size_t{20});
        QCOMPARE(overview.peakBytes, peakBytes(digested(Capture::open(folder / "x"))));
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
