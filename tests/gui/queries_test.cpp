// The questions the window asks of a capture.
#include "gui/document/queries.h"

#include <QSignalSpy>
#include <QTest>
#include <algorithm>

#include "core/state/domains.h"
#include "core/state/peak.h"
#include "gui/document/document.h"
#include "tests/core/digested.h"
#include "tests/core/temporary_folder.h"
#include "tests/gui/recorded_capture.h"

namespace heapprof::gui {
namespace {

using test::copyOfV1;
using test::RecordedCapture;
using test::TemporaryFolder;
constexpr int kPatience = 30000;

void setSource(Queries& queries, const DigestWorker::Status& status) {
    queries.setSource(status.recording, status.fromHeaders, status.timeline);
}

/// Records a program that has ended; returns `filebase`.
std::filesystem::path endedCapture(std::filesystem::path filebase) {
    RecordedCapture capture(filebase);
    capture.grow(100'000, Micros(10'000'000));
    capture.end();
    return filebase;
}

}  // namespace

class QueriesTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", (m_cache / "cache").string().c_str()); }

    void queriesAnswerForTheInstantAndTheDifference() {
        const TemporaryFolder folder;
        const auto base = copyOfV1(folder, "c_spike_all");
        Document document(base);
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
        const auto& status = document.status();
        Queries queries;
        std::shared_ptr<const InstantResult> result;
        std::shared_ptr<const PlotResult> plot;
        connect(&queries, &Queries::instantReady, this, [&](auto answer) { result = answer; });
        connect(&queries, &Queries::plotReady, this, [&](auto answer) { plot = answer; });
        setSource(queries, status);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QVERIFY(result->snapshot().time == status.recording.digest().lastTime());
        const Peak peak = peakOf(status.recording);
        QVERIFY(*plot->peak == peak);
        QVERIFY(plot->end == status.recording.digest().lastTime());

        ViewState state;
        state.time = peak.instant;
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QCOMPARE(result->snapshot().total.bytes, peak.amount);
        QVERIFY(!result->isDifference());
        QCOMPARE(result->flow().times.size(), std::size_t(1));
        const std::int64_t atPeak = result->snapshot().total.bytes;

        state.compareTime = Micros(1'000'000);
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QVERIFY(result->isDifference());
        const Snapshot before = snapshotAt(status.recording, Micros(1'000'000));
        QCOMPARE(result->snapshot().total.bytes, atPeak - before.total.bytes);
        QCOMPARE(result->flow().times.size(), std::size_t(2));
        QCOMPARE(result->flow().total[0].bytes, before.total.bytes);
        QCOMPARE(result->flow().total[1].bytes, atPeak);

        // Another way to merge stacks changes the tree alone.
        const auto merged = result;
        const auto lines = result->lines().lines.size();
        state.tree.bottomUp = true;
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QVERIFY(result->treeOptions.bottomUp);
        QCOMPARE(result->lines().lines.size(), lines);
        QVERIFY(result != merged);
        QVERIFY(&result->lines() == &merged->lines() && &result->flow() == &merged->flow());  // not made again
        QVERIFY(&result->tree() != &merged->tree());

        // A pinned line has as many bytes at the peak as the line table says.
        const LineUsage top = result->lines().lines.front();
        state.compareTime.reset();
        state.pinnedLines = {top.line};
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QCOMPARE(plot->lines.size(), std::size_t(1));
        QCOMPARE(plot->lines[0].amounts.size(), plot->total.size());
        std::int64_t max = 0;
        for (std::size_t i = 0; i < plot->total.size(); ++i) {
            QVERIFY(plot->lines[0].amounts[i] <= plot->total[i].max);
            QVERIFY(plot->lines[0].share[i] >= 0 && plot->lines[0].share[i] <= 1);
            max = std::max(max, plot->lines[0].amounts[i]);
        }
        const auto& atPeakLines = result->lines().lines;
        const auto same = std::find_if(atPeakLines.begin(), atPeakLines.end(),
                                       [&](const LineUsage& usage) { return usage.line == top.line; });
        QVERIFY(same != atPeakLines.end());
        QVERIFY(std::abs(max - same->cumulative.bytes) < same->cumulative.bytes / 50 + 1000);
    }

    void everyAnswerIsOfTheDomainsChosen() {
        const TemporaryFolder folder;
        RecordedCapture capture = RecordedCapture::ofAllDomains(folder / "native");
        capture.grow(60'000, Micros(10'000'000));
        capture.end();
        Document document(capture.filebase());
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
        const auto& status = document.status();
        const TraceTable& traces = status.recording.traces();
        Queries queries;
        std::shared_ptr<const InstantResult> result;
        std::shared_ptr<const PlotResult> plot;
        connect(&queries, &Queries::instantReady, this, [&](auto answer) { result = answer; });
        connect(&queries, &Queries::plotReady, this, [&](auto answer) { plot = answer; });
        setSource(queries, status);
        ViewState state;
        state.time = Micros(9'000'000);
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        const auto whole = result;
        const std::int64_t peak = plot->peak->amount;

        std::int64_t sum = 0, peaks = 0;
        for (const Domain domain : kDomains) {
            state.domains = {domain};
            state.compareTime.reset();
            queries.setView(state);
            QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
            const Snapshot after =
                restrictedTo(TraceSet::ofDomains(traces, {domain}), snapshotAt(status.recording, *state.time));
            QVERIFY(after.total.bytes > 0);
            QVERIFY(result->snapshot().traces == after.traces);
            QCOMPARE(result->lines().total.bytes, after.total.bytes);
            QCOMPARE(result->tree().cumulative[0].bytes, after.total.bytes);
            QCOMPARE(result->flow().total[0].bytes, after.total.bytes);
            // What the boxes say does not depend on which are checked.
            QVERIFY(result->ofDomains == whole->ofDomains);
            QCOMPARE(result->ofDomains[static_cast<std::size_t>(domain)].bytes, after.total.bytes);
            QVERIFY(plot->counted.domains == DomainSet{domain});
            const auto at =
                std::ranges::find_if(plot->total, [&](const TotalStep& step) { return step.end > *state.time; });
            QVERIFY(at->min <= after.total.bytes && after.total.bytes <= at->max);
            sum += after.total.bytes;
            peaks += plot->peak->amount;

            state.compareTime = Micros(2'000'000);
            queries.setView(state);
            QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
            const Snapshot before =
                restrictedTo(TraceSet::ofDomains(traces, {domain}), snapshotAt(status.recording, Micros(2'000'000)));
            QCOMPARE(result->snapshot().total.bytes, after.total.bytes - before.total.bytes);
            QCOMPARE(result->flow().total[0].bytes, before.total.bytes);
            QCOMPARE(result->flow().total[1].bytes, after.total.bytes);
        }
        QCOMPARE(sum, whole->snapshot().total.bytes);
        QVERIFY(peaks >= peak && plot->peak->amount < peak);

        // A pinned line has the share that these domains have of it.
        state.pinnedLines = {whole->lines().lines.front().line};
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        const auto ofMapped = plot->lines[0].amounts;
        state.domains = DomainSet::all();
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QCOMPARE(plot->peak->amount, peak);
        QVERIFY(plot->lines[0].amounts.back() > 2 * ofMapped.back() && ofMapped.back() > 0);
    }

    void aDigestMadeAnewIsAskedAnew() {
        const TemporaryFolder folder;
        RecordedCapture recorded = RecordedCapture::ofAllDomains(folder / "late");
        recorded.grow(60'000, Micros(10'000'000));
        const test::Contents metadata = test::readFile(folder / "late.hpm");
        std::filesystem::resize_file(folder / "late.hpm", 500);  // half of the traces
        const auto capture = Capture::open(folder / "late");
        DigestBuilder builder(capture);
        builder.run();
        Queries queries;
        std::shared_ptr<const InstantResult> result;
        std::shared_ptr<const PlotResult> plot;
        connect(&queries, &Queries::instantReady, this, [&](auto answer) { result = answer; });
        connect(&queries, &Queries::plotReady, this, [&](auto answer) { plot = answer; });
        ViewState state;
        state.time = Micros(9'000'000);
        state.domains = {Domain::Mapped};
        queries.setSource(test::recordingOf(capture, builder), nullptr, nullptr);
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        const Estimate early = result->snapshot().total;
        const std::int64_t earlyPeak = plot->peak->amount;

        test::writeFile(folder / "late.hpm", metadata);  // the traces have come
        builder.run();
        queries.setSource(test::recordingOf(capture, builder), nullptr, nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        const TraceTable& traces = *capture->info()->traces;
        const Snapshot whole = snapshotAt(test::recordingOf(capture, builder), *state.time);
        QVERIFY(result->snapshot().traces == restrictedTo(TraceSet::ofDomains(traces, state.domains), whole).traces);
        QVERIFY(result->snapshot().total.bytes > early.bytes);
        QCOMPARE(plot->peak->amount,
                 peakOf(test::recordingOf(capture, builder), TraceSet::ofDomains(traces, state.domains)).amount);
        QVERIFY(plot->peak->amount > earlyPeak);
    }

    void aPlotThatTakesLongIsThereRoughlyAtFirst() {
        const TemporaryFolder folder;
        RecordedCapture capture(folder / "long");
        capture.grow(800'000, Micros(10'000'000));
        capture.end();
        Document document(capture.filebase());
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
        Queries queries;
        std::vector<std::shared_ptr<const PlotResult>> plots;
        connect(&queries, &Queries::plotReady, this, [&](auto answer) { plots.push_back(answer); });
        setSource(queries, document.status());
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        const TraceTable& traces = document.status().recording.traces();

        plots.clear();
        ViewState state;
        state.filters = {{TraceFilter::By::Line, *traces.findLine("/srv/app/worker <b>&.py", 22), {}, {}, false}};
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QCOMPARE(plots.size(), std::size_t(2));
        const auto both = plots;
        const PlotResult &rough = *both[0], &exact = *both[1];
        QVERIFY(rough.isRough && !exact.isRough);
        QVERIFY(rough.counted == exact.counted && rough.counted == Counted::of(state));
        QCOMPARE(rough.total.size(), exact.total.size());
        QVERIFY(!rough.peak && exact.peak);  // no peak that may not be it
        QCOMPARE(rough.total.back().last, exact.total.back().last);
        for (std::size_t i = 0; i < exact.total.size(); ++i)
            QVERIFY(std::abs(rough.total[i].last - exact.total[i].last) < exact.peak->amount / 20);

        // What is known exactly stays so.
        plots.clear();
        queries.setPlotRange({PlotRange::Span{Micros(0), Micros(1000)}, 100});
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QCOMPARE(plots.size(), std::size_t(1));
        QVERIFY(!plots[0]->isRough && plots[0]->peak == exact.peak);
    }

    void answersOfAnotherCaptureAreDropped() {
        const TemporaryFolder folder;
        Document first(copyOfV1(folder, "h_default")), second(copyOfV1(folder, "a_tiny"));
        QTRY_VERIFY_WITH_TIMEOUT(
            first.state() == Document::State::Complete && second.state() == Document::State::Complete, kPatience);
        Queries queries;
        std::vector<std::shared_ptr<const InstantResult>> results;
        connect(&queries, &Queries::instantReady, this, [&](auto answer) { results.push_back(answer); });
        setSource(queries, first.status());
        ViewState state;
        for (int i = 0; i < 20; ++i) {
            state.time = Micros(i * 10'000);
            queries.setView(state);
        }
        QTest::qSleep(500);  // the last answer waits for the event loop by now
        setSource(queries, second.status());
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QTest::qWait(100);
        QVERIFY(!results.empty());
        for (const auto& result : results) QVERIFY(!result || result->info == second.status().recording.sharedInfo());
    }

    void vanishedFilesAreReadOn() {
        const TemporaryFolder folder;
        Document document(endedCapture(folder / "gone"));
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
        std::filesystem::remove(folder / "gone.hpd");
        Queries queries;
        QSignalSpy ready(&queries, &Queries::instantReady), failed(&queries, &Queries::failed);
        ViewState state;
        state.time = Micros(1'234'567);
        setSource(queries, document.status());
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!ready.isEmpty() && !queries.isBusy(), kPatience);
        QVERIFY(failed.isEmpty());
    }

    void lostEventsAreAReadableError() {
        const TemporaryFolder folder;
        Document document(endedCapture(folder / "cut"));
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
        std::filesystem::resize_file(folder / "cut.hpd", 100);
        Queries queries;
        QSignalSpy failed(&queries, &Queries::failed);
        ViewState state;
        state.time = Micros(1'234'567);
        setSource(queries, document.status());
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!failed.isEmpty(), kPatience);
        QVERIFY2(failed.last().first().toString().contains(QStringLiteral("cut.hpd")),
                 qPrintable(failed.last().first().toString()));
    }

    void whatThePlotShowsOfManyMarksIsBounded() {
        Timeline timeline;
        for (int i = 0; i < 100'000; ++i) {
            timeline.resident.push_back({Micros(i * 1000), i % 777 == 0 ? 5'000'000 : 1'000'000});
            timeline.collections.push_back({Micros(i * 1000), Micros(3), i % 1000 == 0 ? 2u : 0u});
        }
        const PlotMarks all = plotMarks(timeline, Micros(0), Micros(100'000'000), 200);
        QVERIFY(all.resident.size() <= 3 * 201 && all.collections.size() <= 202);
        std::uint32_t count = 0;
        Micros duration;
        for (const auto& group : all.collections) {
            count += group.count;
            duration += group.duration;
        }
        QVERIFY(count == 100'000 && duration == Micros(300'000));
        QCOMPARE(std::ranges::max(all.resident, {}, &PlotMarks::Resident::bytes).bytes, std::int64_t(5'000'000));
        // A fall that is shorter than a step is seen as well as a peak.
        timeline.resident.clear();
        for (int i = 0; i < 1000; ++i) timeline.resident.push_back({Micros(i), i % 10 == 5 ? 1 : i % 10 == 7 ? 9 : 5});
        for (const PlotMarks::Resident& reading : plotMarks(timeline, Micros(0), Micros(1000), 10).resident)
            QVERIFY(reading.bytes == 1 || reading.bytes == 9 || reading.read.count % 100 == 99);
        // A value holds until the next reading, also where a zoomed plot begins.
        timeline.resident = {{Micros(0), 100, 3}, {Micros(1000), 200}};
        const PlotMarks zoomed = plotMarks(timeline, Micros(250), Micros(1500), 10);
        QVERIFY(zoomed.resident == (std::vector<PlotMarks::Resident>{{Micros(250), Micros(0), 100, 3, true},
                                                                     {Micros(1000), Micros(1000), 200, 0, true}}));
    }

    void residentMemoryHasGapsWhereNothingWasRead() {
        Timeline timeline;
        timeline.resident = {{Micros(0), 1}, {Micros(4'000'000), 2}, {Micros(30'000'000), 3}};
        const PlotMarks marks = plotMarks(timeline, Micros(0), Micros(60'000'000), 600);
        QCOMPARE(marks.resident.size(), std::size_t(3));
        QVERIFY(marks.resident[0].isKnownAfter && !marks.resident[1].isKnownAfter && marks.resident[2].isKnownAfter);
        // Too narrow to be seen.
        QVERIFY(plotMarks(timeline, Micros(0), Micros(3'600'000'000), 100).resident.front().isKnownAfter);
        // It began out of sight.
        const PlotMarks within = plotMarks(timeline, Micros(10'000'000), Micros(20'000'000), 100);
        QVERIFY(within.resident ==
                (std::vector<PlotMarks::Resident>{{Micros(10'000'000), Micros(4'000'000), 2, 0, false}}));
    }

private:
    TemporaryFolder m_cache;
};

}  // namespace heapprof::gui

QTEST_GUILESS_MAIN(heapprof::gui::QueriesTest)
#include "queries_test.moc"
