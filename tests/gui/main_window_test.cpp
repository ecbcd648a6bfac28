// The real window as a user drives it.
#include "gui/window/main_window.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QDockWidget>
#include <QFile>
#include <QImage>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

#include "core/state/peak.h"
#include "core/text/text.h"
#include "gui/common/instant_view.h"
#include "gui/timeplot/time_plot.h"
#include "gui/window/headline.h"
#include "gui/window/view_area.h"
#include "tests/core/temporary_folder.h"
#include "tests/gui/capture_window.h"
#include "tests/gui/recorded_capture.h"

namespace heapprof::gui {
namespace {

using namespace test;
using State = Document::State;

}  // namespace

class MainWindowTest : public CaptureWindow {
    Q_OBJECT

private slots:
    void initTestCase() { prepare(); }
    void init() { makeWindow(); }
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
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::MainWindowTest)
#include "main_window_test.moc"
