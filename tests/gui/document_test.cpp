// Opening, digesting, cancelling and following captures.
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
        for (const char* extension : {"", ".hpm", ".hpd", ".hpc"}) {
            Document document(base.string() + extension);
            QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
            QCOMPARE(document.name(), QStringLiteral("c_spike_all"));
            QVERIFY(document.status().recording.digest().events() > 1000);
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
        capture.grow(8'000'000, Micros(60'000'000));
        capture.end();
        Document document(capture.filebase());
        QTRY_VERIFY_WITH_TIMEOUT(
            document.status().recording.hasDigest() && !document.status().recording.digest().buckets().empty(),
            kPatience);
        document.cancel();
        QTRY_VERIFY_WITH_TIMEOUT(
            document.state() == Document::State::Stopped || document.state() == Document::State::Complete, kPatience);
        QCOMPARE(document.state(), Document::State::Stopped);
        const Recording part = document.status().recording;
        QVERIFY(part.digest().events() > 0 && part.digest().events() < capture.events());
        QVERIFY(document.fractionDone() > 0 && document.fractionDone() < 1);
        // What was read so far can be asked for.
        const Snapshot snapshot = snapshotAt(part, part.end());
        QVERIFY(snapshot.total.bytes > 0);
        QTest::qWait(100);
        QCOMPARE(document.status().recording.digest().events(), part.digest().events());

        document.resume();
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
        QCOMPARE(document.status().recording.digest().events(), capture.events());
        QCOMPARE(document.status().recording.digest().lastTime().count, capture.time().count);
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
        QCOMPARE(document.status().recording.digest().events(), capture.events());
        for (int i = 0; i < 3; ++i) {
            capture.grow(5000, Micros(500'000));
            QTRY_COMPARE_WITH_TIMEOUT(document.status().recording.digest().events(), capture.events(), kPatience);
            QVERIFY(document.isLive());
        }
        capture.grow(10, Micros(1000));
        capture.end();
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
        QCOMPARE(document.status().recording.digest().events(), capture.events());
        QVERIFY2(document.notices().isEmpty(), qPrintable(document.notices().join(u'\n')));
    }

    void marksArriveAsTheyAreWritten() {
        const TemporaryFolder folder;
        RecordedCapture capture(folder / "live");
        capture.grow(1000, Micros(1'000'000));
        capture.mark(records::Instant, "loaded");
        Document document(capture.filebase());
        QTRY_VERIFY_WITH_TIMEOUT(document.isLive() && document.status().timeline, kPatience);
        const auto timeline = [&]() -> const Timeline& { return *document.status().timeline; };
        QCOMPARE(timeline().instants.size(), std::size_t(1));
        QVERIFY(timeline().instants[0] == (Timeline::Instant{Micros(1'000'000), "loaded"}));
        capture.mark(records::PhaseBegins, "train");
        capture.resident(77 << 20);
        QTRY_COMPARE_WITH_TIMEOUT(timeline().phases.size(), std::size_t(1), kPatience);
        QVERIFY(timeline().phases[0].name == "train" && !timeline().phases[0].end);
        capture.grow(1000, Micros(1'000'000));
        capture.mark(records::PhaseEnds, "train");
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
        queries.setSource(status.recording, status.fromHeaders, status.timeline);
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QCOMPARE(plot->marks.phases.size(), std::size_t(1));
        queries.setPlotRange({PlotRange::Span{Micros(2'100'000), Micros(2'200'000)}, 100});
        QTRY_VERIFY_WITH_TIMEOUT(!queries.isBusy(), kPatience);
        QVERIFY(plot->marks.phases.empty() && plot->marks.instants.empty() && plot->marks.collections.empty());
        QVERIFY(plot->marks.lanes == 1 && plot->marks.hasInstants && plot->marks.hasResident);
    }

    void saysThatMemoryWasNotRecorded() {
        const TemporaryFolder folder;
        RecordedCapture capture(folder / "native");
        capture.resident(20 << 20);
        capture.grow(1000, Micros(1'000'000));
        capture.resident(400 << 20);
        capture.end();
        Document document(capture.filebase());
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
        QVERIFY2(document.notices().join(u'\n').contains(QStringLiteral("--native")),
                 qPrintable(document.notices().join(u'\n')));
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
        QCOMPARE(document.status().recording.digest().events(), capture.events());
        QVERIFY(document.notices().join(u' ').contains(QStringLiteral("without ending")));
    }

    void noticesThatItsFilesWereReplaced() {
        const TemporaryFolder folder;
        RecordedCapture capture(folder / "live");
        capture.grow(1000, Micros(1'000'000));
        Document document(capture.filebase());
        QTRY_VERIFY_WITH_TIMEOUT(document.isLive(), kPatience);
        const auto digest = document.status().recording.sharedDigest();
        std::filesystem::remove(folder / "live.hpm");
        std::filesystem::remove(folder / "live.hpd");
        RecordedCapture other(folder / "live", Sampling::everything(), 2);
        QTRY_COMPARE_WITH_TIMEOUT(document.state(), Document::State::Complete, kPatience);
        QVERIFY(document.notices().join(u' ').contains(QStringLiteral("replaced")));
        QVERIFY(document.status().recording.sharedDigest() == digest);
    }

    void noticesWhateverHappensToItsFiles_data() {
        using Change = std::function<void(const std::filesystem::path&, RecordedCapture&)>;
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("notice");
        const auto row = [](const char* name, const char* notice, Change change) {
            QTest::newRow(name) << change << QString::fromLatin1(notice);
        };
        const auto withExtension = [](std::filesystem::path path, const char* extension) { return path += extension; };
        row("cut to nothing", "shorter",
            [=](const auto& base, RecordedCapture&) { std::filesystem::resize_file(withExtension(base, ".hpd"), 0); });
        row("cut where it was read", "shorter", [=](const auto& base, RecordedCapture&) {
            std::filesystem::resize_file(withExtension(base, ".hpd"), 1000);
        });
        row("log removed", "removed",
            [=](const auto& base, RecordedCapture&) { std::filesystem::remove(withExtension(base, ".hpd")); });
        row("metadata removed", "removed",
            [=](const auto& base, RecordedCapture&) { std::filesystem::remove(withExtension(base, ".hpm")); });
        row("written over", "replaced", [=](const auto& base, RecordedCapture&) {
            RecordedCapture other(withExtension(base, "other"), Sampling::everything(), 2);
            other.grow(1000, Micros(1'000'000));
            const test::Contents bytes = test::readFile(withExtension(base, "other.hpd"));
            std::fstream log(withExtension(base, ".hpd"), std::ios::binary | std::ios::in | std::ios::out);
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
        QCOMPARE(document.status().recording.digest().events(), capture.events());
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
            QCOMPARE(document->status().recording.digest().events(), capture.events());
        }
        QVERIFY(first.status().recording.digest().buckets() == second.status().recording.digest().buckets());
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
        QVERIFY(document.status().recording.digest().events() < capture.events());
        document.resume();
        QTRY_VERIFY_WITH_TIMEOUT(document.isLive() && document.status().recording.digest().events() == capture.events(),
                                 kPatience);
    }

private:
    TemporaryFolder m_cache;
};

}  // namespace heapprof::gui

QTEST_GUILESS_MAIN(heapprof::gui::DocumentTest)
#include "document_test.moc"
