// Captures that the window opens, reads, follows and fails to read; and the application's windows.
#include <QAction>
#include <QApplication>
#include <QDropEvent>
#include <QLabel>
#include <QListWidget>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <fstream>

#include "core/state/peak.h"
#include "core/text/text.h"
#include "gui/application/application.h"
#include "gui/application/single_instance.h"
#include "gui/common/elided_label.h"
#include "gui/timeplot/time_plot.h"
#include "gui/window/recent_captures.h"
#include "gui/window/view_area.h"
#include "tests/core/temporary_folder.h"
#include "tests/gui/capture_window.h"
#include "tests/gui/recorded_capture.h"

namespace heapprof::gui {
namespace {

using namespace test;
using State = Document::State;

void drop(MainWindow& window, const QStringList& files) {
    QMimeData data;
    QList<QUrl> urls;
    for (const QString& file : files) urls << QUrl::fromLocalFile(file);
    data.setUrls(urls);
    QDragEnterEvent enter({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent event({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &event);
}

}  // namespace

class CaptureOpeningTest : public CaptureWindow {
    Q_OBJECT

private slots:
    void initTestCase() { prepare(); }
    void init() { makeWindow(); }
    void cleanup() { m_window.reset(); }

    void readingCanBeCancelledAndContinued() {
        RecordedCapture capture(m_folder / "long");
        capture.grow(8'000'000, Micros(60'000'000));
        capture.end();
        m_window->open(text(capture.filebase()));
        auto* cancel = find<QPushButton>(*m_window, "cancelReading");
        QTRY_VERIFY_WITH_TIMEOUT(
            m_window->document() && m_window->document()->status().recording.hasDigest() && cancel->isVisible(),
            kPatience);
        QVERIFY(find<QProgressBar>(*m_window, "progressBar")->isVisible());
        QVERIFY(m_window->minimumSizeHint().width() <= kNarrow);
        // The whole curve is there from the chunk headers, before all of the events are read.
        QTRY_VERIFY_WITH_TIMEOUT(m_window->views().timePlot().result(), kPatience);
        QVERIFY(m_window->views().timePlot().result()->last > Micros(55'000'000));
        QTest::mouseClick(cancel, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->document()->state(), State::Stopped, kPatience);
        auto* resume = find<QPushButton>(*m_window, "continueReading");
        QVERIFY(resume->isVisible() && !cancel->isVisible());
        // What has been read can be looked at.
        QTRY_VERIFY_WITH_TIMEOUT(m_window->views().result() && m_window->views().result()->snapshot().total.bytes > 0,
                                 kPatience);
        QTest::mouseClick(resume, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->document()->state(), State::Complete, kPatience);
        QCOMPARE(m_window->document()->status().recording.digest().events(), capture.events());
        QVERIFY(!resume->isVisible());
    }

    void canBeClosedWhileLoading() {
        RecordedCapture capture(m_folder / "closed");
        capture.grow(500'000, Micros(60'000'000));
        capture.end();
        for (int wait = 0; wait < 6; ++wait) {
            MainWindow window;
            window.show();
            window.open(text(capture.filebase()));
            QTest::qWait(wait * 15);
            window.close();
        }
    }

    void anotherCaptureTakesItsPlace_alsoWhileLoading() {
        RecordedCapture capture(m_folder / "first");
        capture.grow(300'000, Micros(60'000'000));
        capture.end();
        m_window->open(text(capture.filebase()));
        QTest::qWait(30);
        open(m_spike);
        m_window->store().change([](ViewState& state) { state.pinnedLines = {LineIndex(3)}; });
        open(text(test::copyOfV1(m_folder, "a_tiny")));
        QVERIFY(!m_window->store().canGoBack());
        QVERIFY(m_window->store().state().pinnedLines.empty());
        QTRY_VERIFY_WITH_TIMEOUT(
            m_window->views().result() &&
                m_window->views().result()->info == m_window->document()->status().recording.sharedInfo(),
            kPatience);
    }

    void mistakesAreReadableInTheWindow_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("says");
        std::filesystem::create_directories(m_folder / "folder.hpm");
        for (const char* extension : {".hpm", ".hpd"})
            std::ofstream(m_folder / (std::string("text") + extension))
                << "Some text that was never a capture, and is long enough.\n";
        test::copyOfV1(m_folder, "e_names");
        std::filesystem::remove(m_folder / "e_names.hpd");
        RecordedCapture future(m_folder / "future");
        future.grow(100, Micros(1000));
        future.end();
        for (const char* extension : {".hpm", ".hpd"}) {
            auto bytes = test::readFile(m_folder / (std::string("future") + extension));
            bytes[8] = 99;
            test::writeFile(m_folder / (std::string("future") + extension), bytes);
        }
        QTest::newRow("no such file") << text(m_folder / "nothing.hpm") << QStringLiteral("nothing");
        QTest::newRow("not a capture") << text(m_folder / "text.hpm") << QStringLiteral("text.hp");
        QTest::newRow("one of two files") << text(m_folder / "e_names.hpm") << QStringLiteral("e_names.hpd");
        QTest::newRow("a directory") << text(m_folder / "folder.hpm") << QStringLiteral("folder");
        QTest::newRow("a future version") << text(m_folder / "future.hpm") << QStringLiteral("version");
    }
    void mistakesAreReadableInTheWindow() {
        QFETCH(QString, file);
        QFETCH(QString, says);
        m_window->open(file);
        QTRY_VERIFY_WITH_TIMEOUT(!bannerText(*m_window).isEmpty(), kPatience);
        QVERIFY2(bannerText(*m_window).startsWith(QStringLiteral("Cannot open")), qPrintable(bannerText(*m_window)));
        QVERIFY2(bannerText(*m_window).contains(says), qPrintable(bannerText(*m_window)));
        QVERIFY(m_window->isEmpty());
        QTest::mouseClick(find<QToolButton>(*m_window, "bannerClose"), Qt::LeftButton);
        QVERIFY(bannerText(*m_window).isEmpty());
        // And the window still works.
        open(m_spike);
        // A failure beside an open capture leaves that one in place.
        m_window->open(file);
        QTRY_VERIFY_WITH_TIMEOUT(bannerText(*m_window).contains(says), kPatience);
        QVERIFY(m_window->windowTitle().contains(QStringLiteral("c_spike_all")));
    }

    void warningsOfACaptureAreShown() {
        open(text(test::copyOfV1(m_folder, "h_default")));
        QVERIFY(!bannerText(*m_window).isEmpty());
    }

    void followsALiveCapture() {
        RecordedCapture capture(m_folder / "live");
        capture.grow(2000, Micros(1'000'000));
        m_window->open(text(capture.filebase()));
        auto* badge = find<QToolButton>(*m_window, "liveFollow");
        QTRY_VERIFY_WITH_TIMEOUT(badge->isVisible(), kPatience);
        auto* follow = find<QAction>(*m_window, "actionFollowEnd");
        QVERIFY(follow->isEnabled() && follow->isChecked());
        QVERIFY(m_window->minimumSizeHint().width() <= kNarrow);
        capture.grow(20'000, Micros(3'000'000));
        QTRY_VERIFY_WITH_TIMEOUT(
            m_window->views().result() && m_window->views().result()->snapshot().time == capture.time(), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->views().timePlot().visible().end >= capture.time(), kPatience);
        // An instant the user chose stays while the capture grows.
        follow->trigger();
        const Micros chosen = m_window->store().state().time->time;
        capture.grow(20'000, Micros(3'000'000));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->document()->status().recording.digest().events() == capture.events(),
                                 kPatience);
        QTest::qWait(100);
        QVERIFY(m_window->views().result()->snapshot().time == chosen);
        follow->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->views().result()->snapshot().time == capture.time(), kPatience);
        capture.die();
        QTRY_VERIFY_WITH_TIMEOUT(!badge->isVisible(), kPatience);
        QVERIFY(!follow->isEnabled() && !follow->isChecked());
        QVERIFY(bannerText(*m_window).contains(QStringLiteral("without ending")));
    }

    void saysWhyARecordingEnded() {
        using Reason = MetadataWriter::EndReason;
        RecordedCapture capture(m_folder / "rotated");
        capture.grow(2000, Micros(1'000'000));
        m_window->open(text(capture.filebase()));
        auto* badge = find<QToolButton>(*m_window, "liveFollow");
        QTRY_VERIFY_WITH_TIMEOUT(badge->isVisible(), kPatience);
        capture.end(Reason::Continued);
        QTRY_VERIFY_WITH_TIMEOUT(bannerText(*m_window).contains(QStringLiteral("goes on in new files")), kPatience);
        auto* facts = find<QLabel>(*m_window, "summaryFacts");
        QTRY_VERIFY(facts->text().contains(QStringLiteral("Goes on in newer files")));
        auto* status = find<ElidedLabel>(*m_window, "progressText");
        QVERIFY(!status->isVisible());
        RecordedCapture ending(m_folder / "ending");
        ending.grow(2000, Micros(1'000'000));
        m_window->open(text(ending.filebase()));
        QTRY_VERIFY_WITH_TIMEOUT(badge->isVisible(), kPatience);
        ending.end();
        QTRY_VERIFY_WITH_TIMEOUT(status->isVisible() && status->text() == QStringLiteral("Recording has ended"),
                                 kPatience);
        for (const auto& [reason, says] : {std::pair{Reason::LimitReached, "size they were allowed"},
                                           {Reason::Incomplete, "could not be written"},
                                           {Reason::Stopped, ""}}) {
            RecordedCapture other(m_folder / ("ended" + std::to_string(static_cast<int>(reason))));
            other.grow(2000, Micros(1'000'000));
            other.end(reason);
            open(text(other.filebase()));
            QVERIFY(!status->isVisible());  // it had ended before
            QVERIFY(facts->text().contains(QLatin1String(says)) && !facts->text().contains(QStringLiteral("newer")));
        }
    }

    void filesCanBeDropped_andAreRemembered() {
        QSignalSpy others(m_window.get(), &MainWindow::openInOtherWindows);
        drop(*m_window, {m_spike + QStringLiteral(".hpm"), text(m_folder / "other.hpm")});
        waitForEnd();
        QCOMPARE(others.count(), 1);
        MainWindow second;
        second.show();
        auto* recent = second.findChild<QListWidget*>(QStringLiteral("startRecent"));
        QVERIFY(recent->isVisible());
        QCOMPARE(recent->count(), 1);
        const auto& list = *qobject_cast<RecentCaptures*>(recent);
        const auto status = m_window->document()->status();
        const QString peak = QString::fromStdString(formatBytes(peakBytes(status.recording)));
        QTRY_VERIFY_WITH_TIMEOUT(list.aboutOf(0).contains(peak), kPatience);
        QVERIFY(list.aboutOf(0).contains(QString::fromStdString(formatTime(status.recording.end()))));
        emit recent->itemActivated(recent->item(0));
        QTRY_VERIFY_WITH_TIMEOUT(second.document() && second.document()->state() == State::Complete, kPatience);
    }

    void aSecondStartHandsItsFileOver() {
        const QString name = QStringLiteral("heapprof-test-%1").arg(QCoreApplication::applicationPid());
        SingleInstance nobody(name);
        QVERIFY(!nobody.handOver({QStringLiteral("/a")}));
        SingleInstance first(name);
        QVERIFY(first.listen());
        QSignalSpy received(&first, &SingleInstance::filesReceived);
        bool taken = false;
        std::jthread second(
            [&] { taken = SingleInstance(name).handOver({QStringLiteral("/tmp/my capture \u00FC.hpm")}); });
        QTRY_COMPARE_WITH_TIMEOUT(received.count(), 1, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(taken, kPatience);
        second.join();
        QCOMPARE(received[0][0].toStringList(), QStringList{QStringLiteral("/tmp/my capture \u00FC.hpm")});
        SingleInstance late(name);
        QVERIFY(!late.listen());
    }

    void applicationOpensOneWindowPerCapture() {
        Application application;
        application.open({});
        QCOMPARE(application.windows().size(), 1);
        application.open({m_spike, text(m_folder / "a_tiny")});
        QCOMPARE(application.windows().size(), 2);
        application.open({});
        QCOMPARE(application.windows().size(), 2);
        application.windows()[0]->close();
        QTRY_COMPARE_WITH_TIMEOUT(application.windows().size(), 1, kPatience);
    }
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::CaptureOpeningTest)
#include "capture_opening_test.moc"
