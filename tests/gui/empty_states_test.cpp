// Windows that have nothing to show, or not yet all: no capture, an empty one, one that has been read in part.
#include <QAction>
#include <QDockWidget>
#include <QLabel>
#include <QPushButton>
#include <QToolBar>
#include <QToolButton>

#include "tests/gui/window_test.h"

namespace heapprof::gui {
namespace {

std::shared_ptr<const PlotResult> withPeak(Micros read, bool isComplete) {
    auto result = std::make_shared<PlotResult>();
    auto info = std::make_shared<CaptureInfo>();
    info->traces = std::make_shared<TraceTable>();
    result->info = info;
    result->last = result->end = Micros(10'000'000);
    result->read = read;
    result->isComplete = isComplete;
    result->total = {{Micros(0), read, 100, 2048, 2048, 0}};
    result->peak = Peak{Micros(1'000'000), 2048};
    return result;
}

}  // namespace

class EmptyStatesTest : public test::WindowTest {
    Q_OBJECT

private slots:
    void initTestCase() { prepare(); }
    void init() { makeWindow(); }
    void cleanup() { m_window.reset(); }

    void withoutACaptureNoToolInvites() {
        QVERIFY(!find<QToolBar>("mainToolBar")->isVisible());
        for (const char* dock : {"dock-pictures", "dock-tables", "dock-inspector"})
            QVERIFY2(!m_window->findChild<QDockWidget*>(QLatin1String(dock))->toggleViewAction()->isEnabled(), dock);
        for (auto* button : m_window->findChildren<QToolButton*>())
            QVERIFY2(!button->isVisible() || !button->isEnabled(), qPrintable(button->objectName()));
        open(m_folder / "program");
        QVERIFY(find<QToolBar>("mainToolBar")->isVisible());
        QVERIFY(m_window->findChild<QDockWidget*>(QStringLiteral("dock-tables"))->toggleViewAction()->isEnabled());
        QVERIFY(!find<QToolButton>("liveFollow")->isVisible());
    }
    void anEmptyRecordingSaysSo_data() {
        QTest::addColumn<bool>("isSampled");
        QTest::addColumn<QString>("why");
        QTest::newRow("everything recorded") << false << QStringLiteral("allocated nothing while heapprof recorded");
        QTest::newRow("sampled") << true << QStringLiteral("64 KiB");
    }
    void anEmptyRecordingSaysSo() {
        QFETCH(bool, isSampled);
        QFETCH(QString, why);
        const auto filebase = m_folder / (isSampled ? "emptySampled" : "emptyExact");
        test::RecordedCapture(filebase, isSampled ? Sampling::byBytes(65536) : Sampling::everything()).end();
        m_window->open(text(filebase.string()));
        QTRY_VERIFY_WITH_TIMEOUT(find<QWidget>("emptyPage")->isVisible(), kPatience);
        QVERIFY(!m_window->views().isVisible());
        const QString said = find<QLabel>("emptyWhy")->text();
        QVERIFY2(said.contains(why), qPrintable(said));
        // One thing can be done about it.
        const QString other = text((m_folder / "program").string());
        m_window->setFileDialogs({[other](QWidget*, const QString&) { return QStringList{other}; }, {}});
        find<QPushButton>("emptyOpen")->click();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->views().isVisible() && !find<QWidget>("emptyPage")->isVisible(), kPatience);
    }
    void aPeakOfLessThanEverythingSaysSo() {
        ViewStateStore store;
        TimePlot plot(store);
        plot.resize(900, 300);
        plot.showResult(withPeak(Micros(10'000'000), true));
        QCOMPARE(plot.peakText(), QStringLiteral("Peak 2.00 KiB at 1.000 s"));
        plot.showResult(withPeak(Micros(10'000'000), false));
        QCOMPARE(plot.peakText(), QStringLiteral("Peak so far: 2.00 KiB at 1.000 s"));
        plot.showResult(withPeak(Micros(4'000'000), false));
        QCOMPARE(plot.peakText(), QStringLiteral("Peak of the part read: 2.00 KiB at 1.000 s"));
    }
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::EmptyStatesTest)
#include "empty_states_test.moc"
