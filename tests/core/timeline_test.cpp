// Marks: read as the log grows, and what they mean in time.
#include "core/state/timeline.h"

#include <QtTest>

#include "core/capture/capture.h"
#include "core/capture/mark_reader.h"
#include "core/state/unrecorded.h"
#include "tests/core/recorded_model.h"
#include "tests/core/temporary_folder.h"

using namespace heapprof;
using namespace heapprof::test;

namespace {

Timeline timelineOf(std::initializer_list<Mark> marks) {
    TimelineBuilder builder;
    for (const Mark& mark : marks) builder.add({&mark, 1});
    return builder.timeline();
}

/// Those of the log.
std::vector<Mark> allMarks(Capture& capture) {
    std::vector<Mark> marks = capture.marks();
    std::erase_if(marks, [](const Mark& mark) { return mark.kind == MarkKind::ThreadStart; });
    return marks;
}

Mark begins(int time, const char* name, std::uint64_t thread = 1) {
    return {Micros(time), MarkKind::PhaseBegins, name, thread};
}
Mark ends(int time, const char* name, std::uint64_t thread = 1) {
    return {Micros(time), MarkKind::PhaseEnds, name, thread};
}

}  // namespace

class TimelineTest : public QObject {
    Q_OBJECT

private slots:
    void marksAreReadAsTheLogGrows() {
        const TemporaryFolder folder;
        RecordedModel model(folder / "x", Sampling::everything());
        for (int i = 0; i < 10; ++i) model.addTrace(1 + i % 4);
        const auto capture = Capture::open(folder / "x");
        const auto reader = capture->markReader();
        std::vector<Mark> expected, found;
        for (std::uint32_t i = 0; i < 60; ++i) {
            model.run(i * 37);
            model.passTime(Micros(i * 100));
            for (std::uint32_t j = 0; j < i % 4; ++j) expected.push_back(model.addMark(i + j));
            while (reader->readChunk(found)) {
            }
            // Also what was named after the capture was opened.
            QVERIFY(found == expected);
            if (i % 7 == 0) QVERIFY(allMarks(*capture) == expected);
        }
        model.finish();
        while (reader->readChunk(found)) {
        }
        QVERIFY(found == expected && !found.empty());
        QVERIFY(allMarks(*capture) == expected);
    }

    void phasesHaveEndsAndLanes() {
        const Timeline timeline =
            timelineOf({begins(1, "outer"), begins(2, "inner"), begins(3, "elsewhere", 2), ends(4, "inner"),
                        begins(5, "next"), ends(6, "outer"), ends(7, "nothing"), ends(8, "elsewhere", 2)});
        using Phase = Timeline::Phase;
        const std::vector<Phase> expected{
            Phase{Micros(1), Micros(6), "outer", 0}, Phase{Micros(2), Micros(4), "inner", 1},
            Phase{Micros(3), Micros(8), "elsewhere", 2}, Phase{Micros(5), std::nullopt, "next", 1}};
        QVERIFY(timeline.phases == expected);
    }
    void phasesOfTasksMayEndCrosswise() {
        const Timeline timeline =
            timelineOf({begins(1, "a"), begins(2, "b"), ends(3, "a"), ends(4, "b"), begins(5, "c")});
        QVERIFY(timeline.phases[0].end == Micros(3) && timeline.phases[1].end == Micros(4));
        QCOMPARE(timeline.phases[2].lane, 0u);
    }
    void theSameNameWithinItselfEndsInnermostFirst() {
        const Timeline timeline = timelineOf({begins(1, "a"), begins(2, "a"), ends(3, "a"), ends(4, "a")});
        QVERIFY(timeline.phases[0].end == Micros(4) && timeline.phases[1].end == Micros(3));
    }
    void everythingElseIsKept() {
        const Timeline timeline = timelineOf({{Micros(1), MarkKind::Resident, "", 1 << 20},
                                              {Micros(2), MarkKind::Instant, "loaded", 1},
                                              {Micros(3), MarkKind::Pauses, "", 1},
                                              {Micros(4), MarkKind::Pauses, "", 1},
                                              {Micros(5), MarkKind::Resumes, "", 1},
                                              {Micros(6), MarkKind::Resumes, "", 1},
                                              {Micros(7), MarkKind::Collection, "2", 1500},
                                              {Micros(8), MarkKind::Lost, "", 99},
                                              {Micros(9), MarkKind::Pauses, "", 1},
                                              {Micros(9), MarkKind::Switches, "everything recorded", 1},
                                              {Micros(10), MarkKind::ThreadStart, "T", 1}});
        Timeline expected;
        expected.resident = {{Micros(1), 1 << 20}};
        expected.instants = {{Micros(2), "loaded"}};
        expected.pauses = {{Micros(3), Micros(5)}, {Micros(9), std::nullopt}};
        expected.collections = {{Micros(7), Micros(1500), 2}};
        expected.losses = {{Micros(8), 99}};
        expected.switches = {{Micros(9), "everything recorded"}};
        QVERIFY(timeline == expected);
    }
    void whatMappingsReserveIsToldApart() {
        const Timeline timeline =
            timelineOf({{Micros(1), MarkKind::Reserved, "", 1 << 30}, {Micros(5), MarkKind::Reserved, "", 7}});
        QVERIFY((timeline.reserved == std::vector<Timeline::Reserved>{{Micros(1), 1 << 30}, {Micros(5), 7}}));
        QVERIFY(timeline.resident.empty());
    }
    void residentMemoryIsToldWithoutTheProfilers() {
        const Timeline timeline = timelineOf({{Micros(1), MarkKind::Resident, "", 100, 7},
                                              {Micros(2), MarkKind::ResidentPeak, "", 300},
                                              {Micros(3), MarkKind::ResidentPeak, "", 200}});
        QVERIFY(timeline.resident == std::vector{(Timeline::Resident{Micros(1), 100, 7})});
        QCOMPARE(timeline.residentPeak, std::int64_t(300));
    }
    void memoryFarAboveWhatWasRecordedIsFound() {
        constexpr std::int64_t kMiB = 1 << 20;
        Timeline timeline;
        QVERIFY(!unrecordedMemory(timeline, 0));
        timeline.resident = {{Micros(0), 20 * kMiB}, {Micros(1), 220 * kMiB}, {Micros(2), 30 * kMiB}};
        QVERIFY(unrecordedMemory(timeline, 5 * kMiB) == (Unrecorded{220 * kMiB, 5 * kMiB}));
        QVERIFY(!unrecordedMemory(timeline, 120 * kMiB));  // not half of it
        timeline.resident[0].bytes = 180 * kMiB;           // it was there before
        QVERIFY(!unrecordedMemory(timeline, 0));
        timeline.resident = {{Micros(0), kMiB}, {Micros(1), 50 * kMiB}};
        QVERIFY(!unrecordedMemory(timeline, 0));  // too little to speak of
    }
};

QTEST_APPLESS_MAIN(TimelineTest)
#include "timeline_test.moc"
