// The real window as a user drives it.
#include "gui/window/main_window.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDockWidget>
#include <QDropEvent>
#include <QFile>
#include <QImage>
#include <QLabel>
#include <QListWidget>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <QTreeView>
#include <fstream>

#include "core/state/peak.h"
#include "core/text/text.h"
#include "gui/application/application.h"
#include "gui/application/single_instance.h"
#include "gui/common/instant_view.h"
#include "gui/timeplot/time_plot.h"
#include "gui/window/headline.h"
#include "gui/window/recent_captures.h"
#include "gui/window/view_area.h"
#include "tests/core/temporary_folder.h"
#include "tests/gui/recorded_capture.h"
#include "tests/gui/window_fixture.h"

namespace heapprof::gui {
namespace {

using test::RecordedCapture;
using test::TemporaryFolder;
using State = Document::State;
constexpr int kPatience = 30000;
constexpr int kNarrow = 500;  // pixels

QString text(const std::filesystem::path& path) { return QString::fromStdString(path.string()); }

template <typename Widget>
Widget* find(const MainWindow& window, const char* name) {
    auto* widget = window.findChild<Widget*>(QLatin1String(name));
    if (!widget) qFatal("no %s", name);
    return widget;
}

QString bannerText(const MainWindow& window) {
    const auto* banner = find<QWidget>(window, "banner");
    return banner->isVisible() ? find<QLabel>(window, "bannerText")->text() : QString();
}

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

class MainWindowTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        test::prepareWindows(m_folder);
        m_spike = text(test::copyOfV1(m_folder, "c_spike_all"));
    }
    void init() {
        m_window = test::freshWindow();
        QVERIFY(m_window);
    }
    void cleanup() { m_window.reset(); }

    void anEmptyWindowOffersToOpen() {
        QVERIFY(m_window->isEmpty());
        QVERIFY(find<QWidget>(*m_window, "startPage")->isVisible());
        for (const char* action : {"actionExport", "actionFollowEnd", "actionFit"})
            QVERIFY2(!find<QAction>(*m_window, action)->isEnabled(), action);
        QVERIFY(bannerText(*m_window).isEmpty());
        m_window->setFileDialogs({[this](QWidget*, const QString&) {
                                      return QStringList{m_spike + QStringLiteral(".hpm"),
                                                         m_spike + QStringLiteral(".hpd")};
                                  },
                                  {}});
        QSignalSpy others(m_window.get(), &MainWindow::openInOtherWindows);
        QTest::mouseClick(find<QPushButton>(*m_window, "startOpen"), Qt::LeftButton);
        waitForEnd();
        QCOMPARE(others.count(), 0);  // the two files are one capture
        QVERIFY(m_window->windowTitle().contains(QStringLiteral("c_spike_all")));
    }

    void showsThePeakOfAFinishedCapture_inEveryView() {
        open(m_spike);
        const auto& status = m_window->document()->status();
        const Peak peak = peakOf(status.recording);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->store().state().time == peak.instant, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(
            m_window->views().result() && m_window->views().result()->snapshot().total.bytes == peak.amount, kPatience);
        QVERIFY(m_window->views().timePlot().result()->total.size() > 100);
        for (const ExportView which : {ExportView::Flow, ExportView::Flame, ExportView::Traces}) {
            m_window->views().bringIntoSight(which);
            InstantView* view = m_window->views().view(which);
            QTRY_VERIFY_WITH_TIMEOUT(view->isVisible() && !view->isBusy(), kPatience);
            QVERIFY(!view->outdated());
            QVERIFY(!view->grab().isNull());
        }
        const QString amount = m_window->views().headline().amountText();
        QCOMPARE(amount, QString::fromStdString(formatBytes(peak.amount)));
        QVERIFY(m_window->views().headline().aboutText().contains(QStringLiteral("peak of the recording")));
        QCOMPARE(find<QLabel>(*m_window, "eventCount")->isVisible(), true);
        QVERIFY(!find<QProgressBar>(*m_window, "progressBar")->isVisible());
    }

    void aViewBehindATabPreparesNothing_untilItIsSeen() {
        open(m_spike);
        const auto& tree = *find<QTreeView>(*m_window, "topDownTree")->model();
        InstantView& flow = *m_window->views().view(ExportView::Flow);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->views().result() && !m_window->queries().isBusy(), kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(find<QTableView>(*m_window, "linesTable")->model()->rowCount() > 0, kPatience);
        QCOMPARE(tree.rowCount(), 0);
        find<QTabWidget>(*m_window, "traceTabs")->setCurrentIndex(1);
        QTRY_VERIFY_WITH_TIMEOUT(tree.rowCount() > 0, kPatience);
        // A picture behind the other one, too.
        QSignalSpy settled(&flow, &InstantView::settled);
        QVERIFY(!flow.isBusy());
        m_window->views().bringIntoSight(ExportView::Flow);
        QVERIFY(flow.isBusy());
        QTRY_VERIFY_WITH_TIMEOUT(!settled.empty() && !flow.isBusy(), kPatience);
    }

    void domainsAreOfferedOnlyWhereThereAreSeveral() {
        open(m_spike);
        QVERIFY(!find<QWidget>(*m_window, "domainBar")->isVisible());
        RecordedCapture capture = RecordedCapture::ofAllDomains(m_folder / "native");
        capture.grow(20'000, Micros(5'000'000));
        capture.end();
        open(text(capture.filebase()));
        QVERIFY(find<QWidget>(*m_window, "domainBar")->isVisible());
        open(m_spike);
        QVERIFY(!find<QWidget>(*m_window, "domainBar")->isVisible());
    }

    void aDomainIsTakenOutOfEveryView_inOneStep() {
        RecordedCapture capture = RecordedCapture::ofAllDomains(m_folder / "native");
        capture.grow(20'000, Micros(5'000'000));
        capture.end();
        open(text(capture.filebase()));
        auto* python = find<QCheckBox>(*m_window, "domain-python");
        auto* native = find<QCheckBox>(*m_window, "domain-native");
        auto* mapped = find<QCheckBox>(*m_window, "domain-mapped");
        auto* shared = find<QCheckBox>(*m_window, "domain-shared");
        const auto settled = [&] { return !m_window->queries().isBusy(); };
        const auto total = [&] { return m_window->views().result()->snapshot().total.bytes; };
        const std::int64_t all = total();
        const DomainUsages of = m_window->views().result()->ofDomains;
        QVERIFY2(python->text().contains(QString::fromStdString(formatBytes(of[0].bytes))), qPrintable(python->text()));
        QVERIFY(python->isChecked() && native->isChecked() && mapped->isChecked() && shared->isChecked());

        QTest::mouseClick(python, Qt::LeftButton, {}, QPoint(8, python->height() / 2));
        QTRY_VERIFY_WITH_TIMEOUT(settled(), kPatience);
        QCOMPARE(total(), all - of[0].bytes);
        const PlotResult& plot = *m_window->views().timePlot().result();
        QVERIFY(plot.peak->amount < all);
        QVERIFY(m_window->views().timePlot().frame().title.contains(QStringLiteral("native and mapped and shared")));
        QTest::mouseClick(shared, Qt::LeftButton, {}, QPoint(8, shared->height() / 2));
        QTest::mouseClick(native, Qt::LeftButton, {}, QPoint(8, native->height() / 2));
        QTRY_VERIFY_WITH_TIMEOUT(settled(), kPatience);
        QCOMPARE(total(), of[2].bytes);
        // The last one stays.
        QTest::mouseClick(mapped, Qt::LeftButton, {}, QPoint(8, mapped->height() / 2));
        QVERIFY(mapped->isChecked());
        QVERIFY(m_window->store().state().domains == DomainSet{Domain::Mapped});

        find<QAction>(*m_window, "actionBack")->trigger();
        QVERIFY(native->isChecked() && !python->isChecked());
        find<QAction>(*m_window, "actionBack")->trigger();
        QVERIFY(shared->isChecked() && !python->isChecked());
        find<QAction>(*m_window, "actionBack")->trigger();
        QVERIFY(python->isChecked());
        QVERIFY(!m_window->store().canGoBack());
        QTRY_VERIFY_WITH_TIMEOUT(settled(), kPatience);
        QCOMPARE(total(), all);
        find<QAction>(*m_window, "actionForward")->trigger();
        QVERIFY(!python->isChecked());
        // Another capture begins with everything.
        open(m_spike);
        QVERIFY(m_window->store().state().domains == DomainSet::all());
    }

    void canBeNarrow_withEveryControlInSight() {
        m_window->resize(kNarrow, 800);
        open(m_spike);
        m_window->store().change(
            [&](ViewState& state) { state.selectedLine = m_window->views().result()->lines().lines.front().line; });
        for (const ExportView which : {ExportView::Flow, ExportView::Flame, ExportView::Traces}) {
            m_window->views().bringIntoSight(which);
            QTRY_VERIFY_WITH_TIMEOUT(m_window->views().view(which)->isVisible(), kPatience);
            QTRY_COMPARE(m_window->width(), kNarrow);
            for (const QWidget* control : m_window->views().findChildren<QWidget*>()) {
                if (!control->isVisible() || control->focusPolicy() == Qt::NoFocus) continue;
                if (control->objectName().startsWith(QStringLiteral("Scroll"))) continue;  // a tab bar's own arrows
                const QRect place(control->mapTo(m_window.get(), QPoint()), control->size());
                QVERIFY2(m_window->rect().contains(place), qPrintable(control->objectName()));
                QVERIFY2(control->width() >= control->minimumSizeHint().width(), qPrintable(control->objectName()));
            }
        }
    }

    void theFirstArrangementComesBack() {
        open(m_spike);
        const auto& docks = m_window->views().docks();
        docks[0]->setFloating(true);
        docks[1]->close();
        m_window->views().addDockWidget(Qt::LeftDockWidgetArea, docks[2]);
        find<QAction>(*m_window, "actionArrange")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(docks[0]->widget()->isVisible(), kPatience);
        for (QDockWidget* dock : docks) QVERIFY(!dock->isFloating() && !dock->isHidden());
        const auto leftOf = [&](ViewArea::Pane pane) { return docks[pane]->geometry().left(); };
        const auto topOf = [&](ViewArea::Pane pane) { return docks[pane]->geometry().top(); };
        QTRY_VERIFY(topOf(ViewArea::Pictures) < topOf(ViewArea::Tables));
        QVERIFY(leftOf(ViewArea::Pictures) == leftOf(ViewArea::Tables));
        QVERIFY(leftOf(ViewArea::Inspection) > leftOf(ViewArea::Pictures));
        QVERIFY(topOf(ViewArea::Inspection) == topOf(ViewArea::Pictures));
    }

    void aClickInThePlotMovesAllViews_andHistoryLeadsBack() {
        open(m_spike);
        const auto peak = m_window->store().state().time;
        TimePlot& plot = m_window->views().timePlot();
        const QPoint at(qRound(plot.xOf(Micros(2'000'000))), qRound(plot.frame().plotArea.center().y()));
        QTest::mouseClick(&plot, Qt::LeftButton, {}, at);
        const Micros chosen = m_window->store().state().time->time;
        QVERIFY(std::abs(chosen.count - 2'000'000) < 100'000);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->views().result()->snapshot().time == chosen, kPatience);
        QTest::mouseClick(&plot, Qt::LeftButton, Qt::ShiftModifier,
                          QPoint(qRound(plot.xOf(Micros(1'000'000))), at.y()));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->views().result()->isDifference(), kPatience);
        QTest::keyClick(m_window.get(), Qt::Key_Left, Qt::AltModifier);
        QTest::keyClick(m_window.get(), Qt::Key_Left, Qt::AltModifier);
        QVERIFY(m_window->store().state().time == peak);
        QVERIFY(!find<QAction>(*m_window, "actionBack")->isEnabled());
        QTest::keyClick(m_window.get(), Qt::Key_Right, Qt::AltModifier);
        QVERIFY(m_window->store().state().time == chosen);
        QTRY_VERIFY_WITH_TIMEOUT(
            m_window->views().result()->snapshot().time == chosen && !m_window->views().result()->isDifference(),
            kPatience);
    }

    void aSelectedLineCanBePlotted() {
        open(m_spike);
        QVERIFY(find<QWidget>(*m_window, "aboutCapture")->isVisible());
        auto* pin = find<QToolButton>(*m_window, "inspectorPlot");
        QVERIFY(!pin->isVisible());
        const LineIndex line = m_window->views().result()->lines().lines.front().line;
        m_window->store().change([&](ViewState& state) { state.selectedLine = line; });
        QTRY_VERIFY_WITH_TIMEOUT(pin->isVisible(), kPatience);
        QTest::mouseClick(pin, Qt::LeftButton);
        const TimePlot& plot = m_window->views().timePlot();
        QTRY_COMPARE_WITH_TIMEOUT(plot.legend().size(), std::size_t(1), kPatience);
        auto* shares = find<QToolButton>(*m_window, "plotShares");
        QVERIFY(shares->isVisible());
        QTest::mouseClick(shares, Qt::LeftButton);
        QVERIFY(m_window->store().state().plotsShares && plot.frame().top < 2);
        find<QAction>(*m_window, "actionCopyLine")->trigger();
        QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral(".py:")));
        QTest::mouseClick(pin, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(plot.legend().empty(), kPatience);
        QVERIFY(!shares->isVisible());
    }

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

    void exportsTheViewInFocus() {
        open(m_spike);
        QStringList offered;
        QString answer;
        m_window->setFileDialogs(
            {{}, [&](QWidget*, const QString&, const QString& suggestion, const QStringList& filters, QString& chosen) {
                 offered = filters;
                 if (answer.isEmpty()) return QString();
                 if (answer == QLatin1String("suggested"))
                     return text(m_folder / suggestion.section(u'/', -1).toStdString());
                 chosen = filters.last();
                 return answer;
             }});
        QAction* action = find<QAction>(*m_window, "actionExport");
        action->trigger();  // cancelled
        QCOMPARE(offered.size(), 4);
        answer = QStringLiteral("suggested");
        action->trigger();
        const QImage picture(text(m_folder / "c_spike_all-time.png"));
        QCOMPARE(picture.size(), m_window->views().timePlot().size() * 2);
        // Without an extension the chosen kind of file counts.
        answer = text(m_folder / "total");
        action->trigger();
        QVERIFY(QFile::exists(answer + QStringLiteral(".csv")));

        // The flame graph, because it has the focus.
        QWidget* flame = m_window->views().view(ExportView::Flame);
        m_window->activateWindow();
        QVERIFY(flame->isVisible());
        for (QWidget* widget : flame->findChildren<QWidget*>())
            if (widget->focusPolicy() & Qt::StrongFocus && widget->isVisible()) {
                widget->setFocus();
                break;
            }
        QTRY_COMPARE_WITH_TIMEOUT(m_window->views().current(), ExportView::Flame, kPatience);
        answer = text(m_folder / "flame.speedscope.json");
        action->trigger();
        QVERIFY(QFile::exists(answer));
        answer = text(m_folder / "flame.svg");
        action->trigger();
        QVERIFY(QFile::exists(answer));

        answer = QStringLiteral("/nonexistent/folder/out.png");
        action->trigger();
        QVERIFY(bannerText(*m_window).contains(QStringLiteral("/nonexistent/folder/out.png")));
        find<QAction>(*m_window, "actionCopyPicture")->trigger();
        QVERIFY(!QApplication::clipboard()->image().isNull());
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

private:
    void waitForEnd() {
        QTRY_VERIFY_WITH_TIMEOUT(
            m_window->document() && m_window->document()->state() == State::Complete && !m_window->queries().isBusy(),
            kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->views().result() && m_window->views().timePlot().result(), kPatience);
    }
    void open(const QString& file) {
        const QString name = file.section(u'/', -1);
        m_window->open(file);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->document() && m_window->document()->name() == name, kPatience);
        waitForEnd();
    }

    TemporaryFolder m_folder;
    QString m_spike;
    std::unique_ptr<MainWindow> m_window;
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::MainWindowTest)
#include "main_window_test.moc"
