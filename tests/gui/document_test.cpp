// Opening, digesting, cancelling and following captures, and the questions the window asks of them.
#include "gui/document/document.h"

#include <QSignalSpy>
#include <QTest>
#include <algorithm>
#include <fstream>
#include <functional>

#include "gui/document/queries.h"
#include "tests/core/temporary_folder.h"
#include "tests/gui/recorded_capture.h"

namespace heapprof::gui {
namespace {

using test::copyOfV1;
using test::RecordedCapture;
using test::TemporaryFolder;
constexpr int kPatience = 30000;

QString problemOf(const std::filesystem::path& path) {
    Document document(path);
    [&] { QTRY_VERIFY_WITH_TIMEOUT(document.state() != Document::State::Opening, kPatience); }();
    return document.state() == Document::State::Failed && !document.isOpen() ? document.notices().join(u'\n')
                                                                             : QString();
}

void append(const std::filesystem::path& path, const char* text) { std::ofstream(path, std::ios::app) << text; }

}  // namespace

class DocumentTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", (m_cache / "cache").string().c_str()); }

    void opensUnderEachOfItsNames() {
        const TemporaryFolder folder;
        const auto base = copyOfV1(folder, "c_spike_all");
        for (const char* ending : {"", ".hpm", ".hpd", ".hpc"}) {
            Document document(base.string() + ending);
            QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
            QCOMPARE(document.name(), QStringLiteral("c_spike_all"));
            QVERIFY(document.status().digest->events() > 1000);
            QCOMPARE(document.fractionDone(), 1.0);
        }
    }

    void saysWhyItCannotOpen() {
        const TemporaryFolder folder;
        QVERIFY2(problemOf(folder / "nothing.hpm").contains(QStringLiteral("nothing")),
                 qPrintable(problemOf(folder / "nothing.hpm")));
        append(folder / "text.hpm", "This is not a capture, only a text of some length, long enough for any header.\n");
        append(folder / "text.hpd", "This is not a capture, only a text of some length, long enough for any header.\n");
        QVERIFY(!problemOf(folder / "text.hpm").isEmpty());
        std::filesystem::create_directory(folder / "folder.hpm");
        QVERIFY(!problemOf(folder / "folder.hpm").isEmpty());
        const auto base = copyOfV1(folder, "a_tiny");
        std::filesystem::remove(base.string() + ".hpd");
        const QString missing = problemOf(base);
        QVERIFY2(missing.contains(QStringLiteral(".hpd")), qPrintable(missing));
        // Each is one readable sentence.
        for (const QString& text : {missing, problemOf(folder / "folder.hpm"), problemOf(folder / "text.hpd")}) {
            QVERIFY2(text.startsWith(QStringLiteral("Cannot open the capture. ")) && text.endsWith(u'.'),
                     qPrintable(text));
            QVERIFY(!text.contains(QStringLiteral("..")));
        }
    }

    void publishesWhileItReads_stops_andContinues() {
        const TemporaryFolder folder;
        RecordedCapture capture(folder / "long");
        capture.grow(2'000'000, Micros(60'000'000));
        capture.end();
        Document document(capture.filebase());
        QTRY_VERIFY_WITH_TIMEOUT(document.status().digest && !document.status().digest->rows().empty(), kPatience);
        document.cancel();
        QTRY_VERIFY_WITH_TIMEOUT(
            document.state() == Document::State::Stopped || document.state() == Document::State::Complete, kPatience);
        QCOMPARE(document.state(), Document::State::Stopped);
        const auto part = document.status().digest;
        QVERIFY(part->events() > 0 && part->events() < capture.events());
        QVERIFY(document.fractionDone() > 0 && document.fractionDone() < 1);
        // What was read so far can be asked for.
        const Snapshot snapshot = snapshotAt(*part, *document.status().capture, part->lastTime());
        QVERIFY(snapshot.total.bytes > 0);
        QTest::qWait(100);
        QCOMPARE(document.status().digest->events(), part->events());

        document.resume();
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
        QCOMPARE(document.status().digest->events(), capture.events());
        QCOMPARE(document.status().digest->lastTime().count, capture.time().count);
        QVERIFY(document.notices().isEmpty());
    }

    void canBeDestroyedAtAnyMoment() {
        const TemporaryFolder folder;
        RecordedCapture capture(folder / "long");
        capture.grow(300'000, Micros(60'000'000));
        capture.end();
        for (int wait = 0; wait < 12; ++wait) {
            Document document(capture.filebase());
            QTest::qWait(wait * 4);
        }
    }

    void followsAGrowingCapture_untilItEnds() {
        const TemporaryFolder folder;
        RecordedCapture capture(folder / "live");
        capture.grow(1000, Micros(1'000'000));
        Document document(capture.filebase());
        QTRY_VERIFY_WITH_TIMEOUT(document.isLive(), kPatience);
        QCOMPARE(document.status().digest->events(), capture.events());
        for (int i = 0; i < 3; ++i) {
            capture.grow(5000, Micros(500'000));
            QTRY_COMPARE_WITH_TIMEOUT(document.status().digest->events(), capture.events(), kPatience);
            QVERIFY(document.isLive());
        }
        capture.grow(10, Micros(1000));
        capture.end();
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
        QCOMPARE(document.status().digest->events(), capture.events());
        QVERIFY2(document.notices().isEmpty(), qPrintable(document.notices().join(u'\n')));
    }

    void marksArriveAsTheyAreWritten() {
        const TemporaryFolder folder;
        RecordedCapture capture(folder / "live");
        capture.grow(1000, Micros(1'000'000));
        capture.mark(row::Instant, "loaded");
        Document document(capture.filebase());
        QTRY_VERIFY_WITH_TIMEOUT(document.isLive() && document.status().timeline, kPatience);
        const auto timeline = [&]() -> const Timeline& { return *document.status().timeline; };
        QCOMPARE(timeline().instants.size(), std::size_t(1));
        QVERIFY(timeline().instants[0] == (Timeline::Instant{Micros(1'000'000), "loaded"}));
        capture.mark(row::PhaseBegins, "train");
        capture.resident(77 << 20);
        QTRY_COMPARE_WITH_TIMEOUT(timeline().phases.size(), std::size_t(1), kPatience);
        QVERIFY(timeline().phases[0].name == "train" && !timeline().phases[0].end);
        capture.grow(1000, Micros(1'000'000));
        capture.mark(row::PhaseEnds, "train");
        capture.collection(2, Micros(1234));
        capture.grow(200'000, Micros(1'000'000));
        capture.end();
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
        QVERIFY(timeline().phases[0].end == Micros(2'000'000));
        QCOMPARE(timeline().resident.size(), std::size_t(1));
        QVERIFY(timeline().collections[0] == (Timeline::Collection{Micros(2'000'000), Micros(1234), 2}));

        // Opened again, with a digest on disk: the same.
        Document again(capture.filebase());
        QTRY_COMPARE_WITH_TIMEOUT(again.state(), Document::State::Complete, kPatience);
        QVERIFY(*again.status().timeline == timeline());
        Queries queries;
        std::shared_ptr<const PlotResult> plot;
        connect(&queries, &Queries::plotReady, this, [&](auto answer) { plot = answer; });
        const auto& status = again.status();
        queries.setSource(status.capture, status.info, status.digest, status.fromHeaders, status.timeline);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QCOMPARE(plot->marks.phases.size(), std::size_t(1));
        queries.setPlotRange({PlotRange::Span{Micros(2'100'000), Micros(2'200'000)}, 100});
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QVERIFY(plot->marks.phases.empty() && plot->marks.instants.empty() && plot->marks.collections.empty());
        QVERIFY(plot->marks.lanes == 1 && plot->marks.hasInstants && plot->marks.hasResident);
    }

    void whatThePlotShowsOfManyMarksIsBounded() {
        Timeline timeline;
        for (int i = 0; i < 100'000; ++i) {
            timeline.resident.push_back({Micros(i * 1000), i % 777 == 0 ? 5'000'000 : 1'000'000});
            timeline.collections.push_back({Micros(i * 1000), Micros(3), i % 1000 == 0 ? 2u : 0u});
        }
        const PlotMarks all = plotMarks(timeline, Micros(0), Micros(100'000'000), 200);
        QVERIFY(all.resident.size() <= 202 && all.collections.size() <= 202);
        std::uint32_t count = 0;
        Micros duration;
        for (const auto& group : all.collections) {
            count += group.count;
            duration += group.duration;
        }
        QVERIFY(count == 100'000 && duration == Micros(300'000));
        QCOMPARE(std::ranges::max(all.resident, {}, &Timeline::Resident::bytes).bytes, std::int64_t(5'000'000));
        // Between two samples the line goes straight, also where a zoomed plot begins and ends.
        timeline.resident = {{Micros(0), 100}, {Micros(1000), 200}};
        const PlotMarks zoomed = plotMarks(timeline, Micros(250), Micros(1500), 10);
        QCOMPARE(zoomed.resident.size(), std::size_t(2));
        QVERIFY(zoomed.resident[0] == (Timeline::Resident{Micros(250), 125}));
    }

    void saysThatTheProgramDied() {
        const TemporaryFolder folder;
        RecordedCapture capture(folder / "killed");
        capture.grow(1000, Micros(1'000'000));
        Document document(capture.filebase());
        QTRY_VERIFY_WITH_TIMEOUT(document.isLive(), kPatience);
        capture.grow(1000, Micros(1'000'000));
        capture.die();
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
        QCOMPARE(document.status().digest->events(), capture.events());
        QVERIFY(document.notices().join(u' ').contains(QStringLiteral("without ending")));
    }

    void noticesThatItsFilesWereReplaced() {
        const TemporaryFolder folder;
        RecordedCapture capture(folder / "live");
        capture.grow(1000, Micros(1'000'000));
        Document document(capture.filebase());
        QTRY_VERIFY_WITH_TIMEOUT(document.isLive(), kPatience);
        const auto digest = document.status().digest;
        std::filesystem::remove(folder / "live.hpm");
        std::filesystem::remove(folder / "live.hpd");
        RecordedCapture other(folder / "live", Sampling::everything(), 2);
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
        QVERIFY(document.notices().join(u' ').contains(QStringLiteral("replaced")));
        QVERIFY(document.status().digest == digest);
    }

    void noticesWhateverHappensToItsFiles_data() {
        using Change = std::function<void(const std::filesystem::path&, RecordedCapture&)>;
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("notice");
        const auto row = [](const char* name, const char* notice, Change change) {
            QTest::newRow(name) << change << QString::fromLatin1(notice);
        };
        const auto withEnding = [](std::filesystem::path path, const char* ending) { return path += ending; };
        row("cut to nothing", "shorter",
            [=](const auto& base, RecordedCapture&) { std::filesystem::resize_file(withEnding(base, ".hpd"), 0); });
        row("cut where it was read", "shorter",
            [=](const auto& base, RecordedCapture&) { std::filesystem::resize_file(withEnding(base, ".hpd"), 1000); });
        row("log removed", "removed",
            [=](const auto& base, RecordedCapture&) { std::filesystem::remove(withEnding(base, ".hpd")); });
        row("metadata removed", "removed",
            [=](const auto& base, RecordedCapture&) { std::filesystem::remove(withEnding(base, ".hpm")); });
        row("written over", "replaced", [=](const auto& base, RecordedCapture&) {
            RecordedCapture other(withEnding(base, "other"), Sampling::everything(), 2);
            other.grow(1000, Micros(1'000'000));
            const test::Contents bytes = test::readFile(withEnding(base, "other.hpd"));
            std::fstream log(withEnding(base, ".hpd"), std::ios::binary | std::ios::in | std::ios::out);
            log.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        });
        row("recorded anew", "replaced", [=](const auto& base, RecordedCapture& capture) {
            capture.grow(1000, Micros(1'000'000));  // is not lost
            capture.end();
            RecordedCapture(base, Sampling::everything(), 2).grow(10, Micros(1000));
        });
    }
    void noticesWhateverHappensToItsFiles() {
        using Change = std::function<void(const std::filesystem::path&, RecordedCapture&)>;
        QFETCH(Change, change);
        QFETCH(QString, notice);
        const TemporaryFolder folder;
        RecordedCapture capture(folder / "live");
        capture.grow(1000, Micros(1'000'000));
        Document document(capture.filebase());
        QTRY_VERIFY_WITH_TIMEOUT(document.isLive(), kPatience);
        change(folder / "live", capture);
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
        QVERIFY2(document.notices().join(u' ').contains(notice), qPrintable(document.notices().join(u' ')));
        QCOMPARE(document.status().digest->events(), capture.events());
    }

    void twoWindowsFollowTheSameCapture() {
        const TemporaryFolder folder;
        RecordedCapture capture(folder / "live", Sampling::everything(),
                                3);  // its own: the second digest is in the cache
        capture.grow(1000, Micros(1'000'000));
        Document first(capture.filebase());
        QTRY_VERIFY_WITH_TIMEOUT(first.isLive(), kPatience);
        capture.grow(300'000, Micros(1'000'000));
        Document second(capture.filebase());
        QTRY_VERIFY_WITH_TIMEOUT(second.isLive(), kPatience);
        capture.grow(1000, Micros(1'000'000));
        capture.end();
        for (Document* document : {&first, &second}) {
            QTRY_COMPARE_WITH_TIMEOUT(document->state(), Document::State::Complete, kPatience);
            QVERIFY2(document->notices().isEmpty(), qPrintable(document->notices().join(u' ')));
            QCOMPARE(document->status().digest->events(), capture.events());
        }
        QVERIFY(first.status().digest->rows() == second.status().digest->rows());
    }

    void followingCanBeStoppedAndTakenUp() {
        const TemporaryFolder folder;
        RecordedCapture capture(folder / "live");
        capture.grow(1000, Micros(1'000'000));
        Document document(capture.filebase());
        QTRY_VERIFY_WITH_TIMEOUT(document.isLive(), kPatience);
        document.cancel();
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Stopped, kPatience);
        capture.grow(1000, Micros(1'000'000));
        QTest::qWait(600);
        QVERIFY(document.status().digest->events() < capture.events());
        document.resume();
        QTRY_VERIFY_WITH_TIMEOUT(document.isLive() && document.status().digest->events() == capture.events(),
                                 kPatience);
    }

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
        queries.setSource(status.capture, status.info, status.digest, status.fromHeaders, status.timeline);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QVERIFY(result->snapshot.time == status.digest->lastTime());
        QVERIFY(plot->peak->bytes == peakOf(*status.digest).bytes);
        QVERIFY(plot->end == status.digest->lastTime());

        ViewState state;
        state.time = peakOf(*status.digest).time;
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QCOMPARE(result->snapshot.total.bytes, peakOf(*status.digest).bytes);
        QVERIFY(!result->isDifference());
        QCOMPARE(result->flow.times.size(), std::size_t(1));
        const std::int64_t atPeak = result->snapshot.total.bytes;

        state.compareTime = Micros(1'000'000);
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QVERIFY(result->isDifference());
        const Snapshot before = snapshotAt(*status.digest, *status.capture, Micros(1'000'000));
        QCOMPARE(result->snapshot.total.bytes, atPeak - before.total.bytes);
        QCOMPARE(result->flow.times.size(), std::size_t(2));
        QCOMPARE(result->flow.total[0].bytes, before.total.bytes);
        QCOMPARE(result->flow.total[1].bytes, atPeak);

        // Another way to merge stacks changes the tree alone.
        const auto lines = result->lines.lines.size();
        state.tree.bottomUp = true;
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QVERIFY(result->treeOptions.bottomUp);
        QCOMPARE(result->lines.lines.size(), lines);

        // A pinned line has as many bytes at the peak as the line table says.
        const LineUsage top = result->lines.lines.front();
        state.compareTime.reset();
        state.pinnedLines = {top.line};
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QCOMPARE(plot->lines.size(), std::size_t(1));
        QCOMPARE(plot->lines[0].bytes.size(), plot->total.size());
        std::int64_t greatest = 0;
        for (std::size_t i = 0; i < plot->total.size(); ++i) {
            QVERIFY(plot->lines[0].bytes[i] <= plot->total[i].greatest);
            QVERIFY(plot->lines[0].share[i] >= 0 && plot->lines[0].share[i] <= 1);
            greatest = std::max(greatest, plot->lines[0].bytes[i]);
        }
        const auto& atPeakLines = result->lines.lines;
        const auto same = std::find_if(atPeakLines.begin(), atPeakLines.end(),
                                       [&](const LineUsage& usage) { return usage.line == top.line; });
        QVERIFY(same != atPeakLines.end());
        QVERIFY(std::abs(greatest - same->cumulative.bytes) < same->cumulative.bytes / 50 + 1000);
    }

    void everyAnswerIsOfTheDomainsChosen() {
        const TemporaryFolder folder;
        RecordedCapture capture = RecordedCapture::ofAllDomains(folder / "native");
        capture.grow(60'000, Micros(10'000'000));
        capture.end();
        Document document(capture.filebase());
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
        const auto& status = document.status();
        const TraceTable& traces = *status.info->traces;
        Queries queries;
        std::shared_ptr<const InstantResult> result;
        std::shared_ptr<const PlotResult> plot;
        connect(&queries, &Queries::instantReady, this, [&](auto answer) { result = answer; });
        connect(&queries, &Queries::plotReady, this, [&](auto answer) { plot = answer; });
        queries.setSource(status.capture, status.info, status.digest, status.fromHeaders, status.timeline);
        ViewState state;
        state.time = Micros(9'000'000);
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        const auto whole = result;
        const std::int64_t peak = plot->peak->bytes;

        std::int64_t sum = 0, peaks = 0;
        for (const Domain domain : kDomains) {
            state.domains = {domain};
            state.compareTime.reset();
            queries.setView(state);
            QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
            const Snapshot after =
                restrictedTo({domain}, snapshotAt(*status.digest, *status.capture, *state.time), traces);
            QVERIFY(after.total.bytes > 0);
            QVERIFY(result->snapshot.traces == after.traces);
            QCOMPARE(result->lines.total.bytes, after.total.bytes);
            QCOMPARE(result->tree.cumulative[0].bytes, after.total.bytes);
            QCOMPARE(result->flow.total[0].bytes, after.total.bytes);
            // What the boxes say does not depend on which are checked.
            QVERIFY(result->ofDomains == whole->ofDomains);
            QCOMPARE(result->ofDomains[static_cast<std::size_t>(domain)].bytes, after.total.bytes);
            QVERIFY(plot->domains == DomainSet{domain});
            const auto at =
                std::ranges::find_if(plot->total, [&](const TotalStep& step) { return step.end > *state.time; });
            QVERIFY(at->least <= after.total.bytes && after.total.bytes <= at->greatest);
            sum += after.total.bytes;
            peaks += plot->peak->bytes;

            state.compareTime = Micros(2'000'000);
            queries.setView(state);
            QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
            const Snapshot before =
                restrictedTo({domain}, snapshotAt(*status.digest, *status.capture, Micros(2'000'000)), traces);
            QCOMPARE(result->snapshot.total.bytes, after.total.bytes - before.total.bytes);
            QCOMPARE(result->flow.total[0].bytes, before.total.bytes);
            QCOMPARE(result->flow.total[1].bytes, after.total.bytes);
        }
        QCOMPARE(sum, whole->snapshot.total.bytes);
        QVERIFY(peaks >= peak && plot->peak->bytes < peak);

        // A pinned line has the share that these domains have of it.
        state.pinnedLines = {whole->lines.lines.front().line};
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        const auto ofMapped = plot->lines[0].bytes;
        state.domains = DomainSet::all();
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QCOMPARE(plot->peak->bytes, peak);
        QVERIFY(plot->lines[0].bytes.back() > 2 * ofMapped.back() && ofMapped.back() > 0);
    }

    void answersOfAnotherCaptureAreDropped() {
        const TemporaryFolder folder;
        Document first(copyOfV1(folder, "h_default")), second(copyOfV1(folder, "a_tiny"));
        QTRY_VERIFY_WITH_TIMEOUT(
            first.state() == Document::State::Complete && second.state() == Document::State::Complete, kPatience);
        Queries queries;
        std::vector<std::shared_ptr<const InstantResult>> results;
        connect(&queries, &Queries::instantReady, this, [&](auto answer) { results.push_back(answer); });
        queries.setSource(first.status().capture, first.status().info, first.status().digest,
                          first.status().fromHeaders, first.status().timeline);
        ViewState state;
        for (int i = 0; i < 20; ++i) {
            state.time = Micros(i * 10'000);
            queries.setView(state);
        }
        QTest::qSleep(500);  // the last answer waits for the event loop by now
        queries.setSource(second.status().capture, second.status().info, second.status().digest,
                          second.status().fromHeaders, second.status().timeline);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QTest::qWait(100);
        QVERIFY(!results.empty());
        for (const auto& result : results) QVERIFY(!result || result->info == second.status().info);
    }

    void vanishedFilesAreReadOn() {
        const TemporaryFolder folder;
        RecordedCapture capture(folder / "gone");
        capture.grow(100'000, Micros(10'000'000));
        capture.end();
        Document document(capture.filebase());
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
        std::filesystem::remove(folder / "gone.hpd");
        Queries queries;
        QSignalSpy ready(&queries, &Queries::instantReady), failed(&queries, &Queries::failed);
        const auto& status = document.status();
        ViewState state;
        state.time = Micros(1'234'567);
        queries.setSource(status.capture, status.info, status.digest, status.fromHeaders, status.timeline);
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!ready.isEmpty() && !queries.isBusy(), kPatience);
        QVERIFY(failed.isEmpty());
    }

    void lostEventsAreAReadableError() {
        const TemporaryFolder folder;
        RecordedCapture capture(folder / "cut");
        capture.grow(100'000, Micros(10'000'000));
        capture.end();
        Document document(capture.filebase());
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
        std::filesystem::resize_file(folder / "cut.hpd", 100);
        Queries queries;
        QSignalSpy failed(&queries, &Queries::failed);
        const auto& status = document.status();
        ViewState state;
        state.time = Micros(1'234'567);
        queries.setSource(status.capture, status.info, status.digest, status.fromHeaders, status.timeline);
        queries.setView(state);
        QTRY_VERIFY_WITH_TIMEOUT(!failed.isEmpty(), kPatience);
        QVERIFY2(failed.last().first().toString().contains(QStringLiteral("cut.hpd")),
                 qPrintable(failed.last().first().toString()));
    }

private:
    TemporaryFolder m_cache;
};

}  // namespace heapprof::gui

QTEST_GUILESS_MAIN(heapprof::gui::DocumentTest)
#include "document_test.moc"
