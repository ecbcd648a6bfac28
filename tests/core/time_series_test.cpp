// Memory over time, all of it and parts, at any zoom.
#include "core/state/time_series.h"

#include <QtTest>

#include "core/digest/digest_builder.h"
#include "core/state/snapshot.h"
#include "tests/core/recorded_blocks.h"
#include "tests/core/recorded_model.h"
#include "tests/core/seeds.h"
#include "tests/core/temporary_folder.h"

using namespace heapprof;
using namespace heapprof::test;

class TimeSeriesTest : public QObject {
    Q_OBJECT

private slots:
    void totalOverTimeIsExactAtAnyZoom() {
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 300'000);
        model.finish();
        const Recording recording = digested(Capture::open(folder / "x"));
        const std::int64_t end = model.events().back().time.count;
        for (const auto& [from, to] : {std::pair<std::int64_t, std::int64_t>{0, end},
                                       {end / 3, end / 3 + end / 500},
                                       {end / 2, end / 2 + 1000},
                                       {end, end + 100}}) {
            const auto steps = totalOverTime(recording, Micros(from), Micros(to), 50);
            QCOMPARE(steps.size(), std::size_t{50});
            std::int64_t live = 0;
            std::size_t at = 0;
            std::vector<std::int64_t> last(steps.size());
            for (const Event& event : model.events()) {
                while (at < steps.size() && event.time >= steps[at].end &&
                       !(at + 1 == steps.size() && event.time == steps[at].end))
                    last[at++] = live;
                live += (event.kind == EventKind::Free ? -1 : 1) * static_cast<std::int64_t>(event.size);
                if (at < steps.size() && event.time >= steps[at].begin) {
                    QVERIFY(steps[at].min <= live && live <= steps[at].max);
                }
            }
            while (at < steps.size()) last[at++] = live;
            for (std::size_t i = 0; i < steps.size(); ++i) QCOMPARE(steps[i].last, last[i]);
        }
        std::int64_t live = 0, max = 0;
        for (const Event& event : model.events())
            max =
                std::max(max, live += (event.kind == EventKind::Free ? -1 : 1) * static_cast<std::int64_t>(event.size));
        QCOMPARE(peakOf(recording).amount, max);
    }
    void stepsAreExactWhereLogsAreFullOfMarksOrDamaged_data() {
        QTest::addColumn<bool>("isDamaged");
        QTest::newRow("whole") << false;
        QTest::newRow("a chunk is lost") << true;
    }
    void stepsAreExactWhereLogsAreFullOfMarksOrDamaged() {
        QFETCH(bool, isDamaged);
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 0);
        for (std::uint32_t i = 0; i < 20'000; ++i) {
            if (i % 5 < 2 && model.liveCount() > 0)
                model.freeBlock(i * 31 % model.liveCount());
            else
                model.allocate(TraceIndex(1 + i % 120), i * i % 5003);
            model.passTime(Micros(1000));
            for (std::uint32_t mark = 0; mark < 30; ++mark) model.addMark(4 * (i + mark));  // which fill chunks
        }
        model.finish();
        if (isDamaged) {
            Contents bytes = readFile(folder / "x.hpd");
            bytes[bytes.size() / 2] ^= 1;
            writeFile(folder / "x.hpd", bytes);
        }
        const auto capture = Capture::open(folder / "x");
        QVERIFY(capture->chunks().size() > 50);
        DigestBuilder builder(capture);
        builder.run();
        QCOMPARE(builder.damage().empty(), !isDamaged);
        const Recording recording = recordingOf(capture, builder);
        std::vector<Event> events(model.events().size());
        events.resize(capture->events()->read(events));
        QCOMPARE(events.size() == model.events().size(), !isDamaged);

        constexpr std::size_t kSteps = 80;
        const auto steps = totalOverTime(recording, {}, recording.end(), kSteps);
        struct Bounds {
            std::int64_t min = INT64_MAX, max = INT64_MIN;
        };
        std::vector<Bounds> truth(kSteps);
        std::int64_t live = 0;
        std::size_t at = 0;
        for (const Event& event : events) {
            while (at + 1 < kSteps && event.time >= steps[at].end) ++at;
            for (int side = 0; side < 2; ++side) {  // before and after the event
                truth[at] = {std::min(truth[at].min, live), std::max(truth[at].max, live)};
                if (side == 0) live += (event.kind == EventKind::Free ? -1 : 1) * static_cast<std::int64_t>(event.size);
            }
        }
        QCOMPARE(steps.back().last, live);
        for (std::size_t i = 0; i < kSteps; ++i) {
            QCOMPARE(steps[i].min, truth[i].min);
            QCOMPARE(steps[i].max, truth[i].max);
        }
    }
    void seriesFollowTheChosenTraces_data() {
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("every");
        QTest::addColumn<bool>("isMember");
        QTest::newRow("every third") << 121 << 3 << true;
        QTest::newRow("all but a few") << 121 << 40 << false;
        QTest::newRow("all") << 121 << 1 << true;
        QTest::newRow("those that came later are like the unknown one, which is not chosen") << 40 << 3 << true;
        QTest::newRow("the same, chosen") << 40 << 3 << false;
        QTest::newRow("none") << 40 << 100 << true;
    }
    void seriesFollowTheChosenTraces() {
        QFETCH(int, size);
        QFETCH(int, every);
        QFETCH(bool, isMember);
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 150'000);
        model.finish();
        const Recording recording = digested(Capture::open(folder / "x"));
        std::vector<bool> contained;
        for (int i = 1; i <= size; ++i) contained.push_back((i % every == 0) == isMember);
        const TraceSet some(contained);
        const std::vector<Bucket> buckets = filteredBucketEnds(recording, some).buckets;
        QCOMPARE(buckets.size(), recording.digest().buckets().size());
        for (std::size_t bucket = 0; bucket < buckets.size(); bucket += 41) {
            QVERIFY(buckets[bucket].end == recording.digest().buckets()[bucket].end);
            std::int64_t live = 0;
            for (const Event& event : std::span(model.events()).first(buckets[bucket].end.events))
                if (some.contains(event.trace))
                    live += (event.kind == EventKind::Free ? -1 : 1) * static_cast<std::int64_t>(event.size);
            QCOMPARE(buckets[bucket].total.bytes, live);
        }
    }
    void usageOfChosenTracesIsExactWhenZoomed() {
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 150'000);
        model.finish();
        const Recording recording = digested(Capture::open(folder / "x"));
        const TraceSet some = everyNthTrace(recording.traces(), 2);
        const FilteredBuckets part = filteredBucketEnds(recording, some);
        const std::int64_t end = model.events().back().time.count;
        const auto steps = totalOverTime(recording, part, Micros(end / 2), Micros(end / 2 + 20'000), 40);
        QCOMPARE(steps.size(), std::size_t{40});
        for (const TotalStep& step : steps) {
            std::int64_t live = 0;
            for (const Event& event : model.events())
                if (event.time < step.end && some.contains(event.trace))
                    live += (event.kind == EventKind::Free ? -1 : 1) * static_cast<std::int64_t>(event.size);
            if (&step != &steps.back()) QCOMPARE(step.last, live);
            QVERIFY(step.min <= step.last && step.last <= step.max);
        }
    }
    void aRoughCurveHasTheEndsOfBuckets() {
        const TemporaryFolder folder;
        RecordedProgram model(folder / "x", 150'000);
        model.finish();
        const Recording recording = digested(Capture::open(folder / "x"));
        const FilteredBuckets part = filteredBucketEnds(recording, everyNthTrace(recording.traces(), 3));
        const Micros begin(recording.end().count / 3), end = recording.end();
        const auto rough = roughTotalOverTime(recording, part.buckets, begin, end, 70);
        QCOMPARE(rough.size(), std::size_t{70});
        for (const TotalStep& step : rough) {
            const bool isLast = &step == &rough.back();
            std::int64_t last = 0;
            for (const Bucket& bucket : part.buckets)
                if (bucket.end.time < step.end.count + isLast) last = bucket.total.bytes;
            QCOMPARE(step.last, recording.weights().whole(last));
            QVERIFY(step.min <= step.last && step.last <= step.max);
        }
        // Where the exact one would read less than it has buckets to look at, the estimate of its work says so.
        QVERIFY(eventsOfCurve(recording, begin, end, 1000) < model.events().size());
        QVERIFY(eventsOfCurve(recording, begin, end, 3) < eventsOfCurve(recording, begin, end, 30));
    }
    void curvesAreTheSnapshotsAtTheirInstants_data() { addSeeds(2 * HEAPPROF_TEST_SEEDS); }
    /// Whatever the sampling: also where estimates are rounded to whole bytes.
    void curvesAreTheSnapshotsAtTheirInstants() {
        QFETCH(int, seed);
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", someSampling(seed), static_cast<std::uint32_t>(seed));
        for (int i = 0; i < 20; ++i) model.addTrace(i % 5);
        model.run(30'000, 5000, 52);
        const Recorded recorded(folder, model);
        const Recording& recording = recorded.recording;
        const Peak peak = peakOf(recording);

        std::vector<Instant> instants = evenInstants(recording, peak, 100);
        QVERIFY(std::ranges::find(instants, peak.instant) != instants.end());
        std::mt19937 random(static_cast<std::uint32_t>(seed));
        for (int i = 0; i < 60; ++i) {
            const std::uint64_t events = 1 + random() % model.events().size();
            const Micros time = model.events()[events - 1].time;
            instants.push_back(i % 2 ? Instant(time) : Instant(time, events));
        }
        instants.push_back(Micros(-5));
        instants.push_back(recording.end() + Micros(5));
        std::ranges::sort(instants);

        const TraceSet some = everyNthTrace(recording.traces(), 3);
        const auto ofAll = curveOf(recording, instants);
        const auto ofSome = curveOf(recording, filteredBuckets(recording, some), instants);
        const auto ofSomeRoughly = curveOf(recording, filteredBucketEnds(recording, some), instants);
        const auto blocksOfAll =
            curveOf(recording, filteredBuckets(recording, {}, {}, {}, Measure::BlockCount), instants);
        const auto blocksOfSomeRoughly =
            curveOf(recording, filteredBucketEnds(recording, some, {}, Measure::BlockCount), instants);
        QCOMPARE(ofAll.size(), instants.size());
        for (std::size_t i = 0; i < instants.size(); ++i) {
            const Snapshot snapshot = snapshotAt(recording, instants[i]);
            const Estimate chosen = totalOf(some, snapshot);
            QVERIFY(totalOf(TraceSet(), snapshot) == snapshot.total);
            QCOMPARE(ofAll[i].amount, snapshot.total.bytes);
            QCOMPARE(ofAll[i].error, snapshot.total.bytesError());
            QVERIFY(ofAll[i].instant == instants[i]);
            QCOMPARE(totalAt(recording, instants[i]).bytes, snapshot.total.bytes);
            QCOMPARE(ofSome[i].amount, chosen.bytes);
            QCOMPARE(ofSomeRoughly[i].amount, chosen.bytes);
            QCOMPARE(blocksOfAll[i].amount, snapshot.total.blocks);
            QCOMPARE(blocksOfAll[i].error, snapshot.total.errorOf(Measure::BlockCount));
            QCOMPARE(blocksOfSomeRoughly[i].amount, chosen.blocks);
        }
        // What lies between two points, event by event.
        std::int64_t live = 0;
        std::uint64_t number = 0;
        for (std::size_t i = 0; i < instants.size(); ++i) {
            std::int64_t min = live, max = live;
            for (; number < model.events().size(); ++number) {
                const Event& event = model.events()[number];
                if (isAfter(event.time, number, instants[i])) break;
                const std::int64_t bytes = recorded.weights().of(event).bytes;
                live += event.kind == EventKind::Free ? -bytes : bytes;
                min = std::min(min, live);
                max = std::max(max, live);
            }
            if (i == 0) continue;  // the first point is bounded by itself
            QCOMPARE(ofAll[i].min, recorded.weights().whole(min));
            QCOMPARE(ofAll[i].max, recorded.weights().whole(max));
        }
        QCOMPARE(std::ranges::max(ofAll, {}, &CurvePoint::max).max, peak.amount);
    }
    void aShortRecordingHasEveryInstantOnce() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        model.allocate(model.addTrace(1), 100);
        model.passTime(Micros(3));
        model.freeBlock(0);
        const Recorded recorded(folder, model);
        const Peak peak = peakOf(recorded.recording);
        const std::vector<Instant> expected{{Micros(0), 1}, Micros(0), Micros(1), Micros(2), Micros(3)};
        QVERIFY(evenInstants(recorded.recording, peak, 1000) == expected);
        QVERIFY((instantsEvery(2e-6, recorded.recording) == std::vector<Instant>{Micros(2), Micros(3)}));
    }
};

QTEST_APPLESS_MAIN(TimeSeriesTest)
#include "time_series_test.moc"
