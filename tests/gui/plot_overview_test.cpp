// The strip below the time plot as a user drives it: its brush, the keys, and what it draws.
#include "gui/timeplot/plot_overview.h"

#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
#include <algorithm>
#include <array>
#include <cmath>

#include "gui/timeplot/plot_pane.h"
#include "gui/timeplot/time_plot.h"
#include "tests/gui/window_test.h"

namespace heapprof::gui {
namespace {

constexpr Micros kEnd(100'000'000);

std::shared_ptr<const PlotResult> made() {
    auto result = std::make_shared<PlotResult>();
    auto info = std::make_shared<CaptureInfo>();
    info->traces = std::make_shared<TraceTable>();
    result->info = info;
    result->last = result->end = result->read = kEnd;
    auto whole = std::make_shared<PlotResult::Whole>();
    for (int second = 0; second < 100; ++second) {
        const std::int64_t bytes = second < 50 ? 1'000'000 : 100'000;
        whole->total.push_back({Micros(second * 1'000'000), Micros((second + 1) * 1'000'000), bytes, bytes, bytes, 0});
    }
    result->total = whole->total;
    result->whole = whole;
    return result;
}

}  // namespace

class PlotOverviewTest : public test::WindowTest {
    Q_OBJECT

private slots:
    void initTestCase() { prepare(); }
    void init() {
        m_store = std::make_unique<ViewStateStore>();
        m_pane = std::make_unique<PlotPane>(*m_store);
        m_pane->resize(900, 300);
        m_pane->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_pane.get()));
        m_pane->plot().showResult(made());
        m_overview = m_pane->findChild<PlotOverview*>(QStringLiteral("plotOverview"));
        QVERIFY(m_overview && m_overview->isVisible());
    }
    void cleanup() {
        m_window.reset();
        m_pane.reset();
        m_store.reset();
    }

    void theBrushLiesOverWhatIsInSight() {
        QCOMPARE(m_overview->track().left(), m_pane->plot().frame().plotArea.left());
        QCOMPARE(m_overview->track().width(), m_pane->plot().frame().plotArea.width());
        QCOMPARE(m_overview->brush(), m_overview->track());
        m_pane->plot().showSpan(20e6, 60e6);
        QVERIFY(isNear(m_overview->brush().left(), 20e6) && isNear(m_overview->brush().right(), 60e6));
        QCOMPARE(m_overview->accessibleDescription(), QStringLiteral("In sight: from 20.000 s to 1 min 00.0 s"));
        QVERIFY(!m_overview->accessibleName().isEmpty());
    }
    void itsEdgesAreDragged() {
        drag(99.9e6, 70e6);
        QVERIFY(isShown(0, 70e6));
        QVERIFY(!m_pane->plot().fits());
        drag(0, 30e6);
        QVERIFY(isShown(30e6, 70e6));
        drag(70e6, 20e6);  // an edge does not pass the other
        QVERIFY(m_pane->plot().visible().begin < m_pane->plot().visible().end);
        QVERIFY(std::abs(m_pane->plot().visible().begin.count - 30'000'000) < 300'000);
    }
    void itsMiddleIsDragged() {
        m_pane->plot().showSpan(20e6, 60e6);
        drag(40e6, 50e6);
        QVERIFY(isShown(30e6, 70e6));
        drag(50e6, 120e6);  // not beyond the end
        QVERIFY(isShown(60e6, 100e6));
        QCOMPARE(m_store->state(), ViewState());  // another part in sight is no other instant
    }
    void aClickBesideItBringsItThere() {
        m_pane->plot().showSpan(20e6, 40e6);
        QTest::mouseClick(m_overview, Qt::LeftButton, {}, at(70e6));
        QVERIFY(isShown(60e6, 80e6));
    }
    void aDoubleClickShowsEverything() {
        m_pane->plot().showSpan(20e6, 40e6);
        QTest::mouseDClick(m_overview, Qt::LeftButton, {}, at(30e6));
        QVERIFY(m_pane->plot().fits());
        QVERIFY(isShown(0, 100e6));
    }
    void keysAndWheelMoveIt() {
        m_pane->plot().showSpan(20e6, 60e6);
        QTest::keyClick(m_overview, Qt::Key_Right);
        QVERIFY(isShown(24e6, 64e6));
        QTest::keyClick(m_overview, Qt::Key_Left);
        QVERIFY(isShown(20e6, 60e6));
        QWheelEvent wheel(at(90e6), m_overview->mapToGlobal(at(90e6)), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(m_overview, &wheel);
        QVERIFY(isShown(24e6, 56e6));
        QTest::keyClick(m_overview, Qt::Key_0);  // as in the plot
        QVERIFY(m_pane->plot().fits());
    }
    void itDrawsTheCurveAndTheCursors() {
        const QImage picture = grabbed();
        const auto pixel = [&](double time, double height) {
            const QRectF whole = m_overview->track();
            return picture.pixelColor(at(time).x(), static_cast<int>(whole.bottom() - height * whole.height()));
        };
        QVERIFY(pixel(25e6, 0.5) != pixel(75e6, 0.5));  // high in the first half alone
        m_store->change([](ViewState& state) { state.showInterval(Micros(60'000'000), Micros(75'000'000)); });
        // Without an instant the cursor was at the end.
        const auto isAtCursor = [&](int x) {
            return std::ranges::any_of(std::array{60e6, 75e6, 100e6},
                                       [&](double time) { return std::abs(x - at(time).x()) <= 2; });
        };
        const QImage withCursors = grabbed();
        const QRectF whole = m_overview->track();
        int changed = 0;
        for (int x = 0; x < picture.width(); ++x) {
            bool isOther = false;
            for (int y = 3; y < static_cast<int>(whole.bottom()) - 1; ++y)
                isOther |= withCursors.pixel(x, y) != picture.pixel(x, y);
            changed += isOther;
            if (isOther) QVERIFY(isAtCursor(x));
        }
        QVERIFY(changed >= 3);
    }
    void aLowPlotHasTheRoomForItself() {
        m_pane->resize(900, 150);
        QTRY_VERIFY(!m_overview->isVisible());
        QTRY_COMPARE(m_pane->plot().height(), 150);
        m_pane->resize(900, 300);
        QTRY_VERIFY(m_overview->isVisible());
        QVERIFY(m_pane->minimumSizeHint().height() < 200);
    }
    void theWholeRecordingStaysWhenThePlotZooms() {
        makeWindow();
        open(m_folder / "program");
        TimePlot& plot = m_window->views().timePlot();
        QTRY_VERIFY_WITH_TIMEOUT(plot.result() && plot.result()->isComplete, kPatience);
        QVERIFY(plot.result()->whole);
        plot.showSpan(5e6, 6e6);
        QTRY_COMPARE_WITH_TIMEOUT(plot.result()->begin, Micros(5'000'000), kPatience);
        const auto& whole = plot.result()->whole->total;
        QCOMPARE(whole.front().begin, Micros(0));
        QVERIFY(whole.back().end >= Micros(20'000'000));
        // It is the curve that the plot draws of everything.
        std::int64_t top = 0;
        for (const TotalStep& step : whole) top = std::max(top, step.max);
        QCOMPARE(top, plot.result()->peak->amount);
        const auto before = plot.result()->whole;
        plot.showSpan(7e6, 8e6);
        QTRY_COMPARE_WITH_TIMEOUT(plot.result()->begin, Micros(7'000'000), kPatience);
        QCOMPARE(plot.result()->whole, before);  // asked once
    }

private:
    QPoint at(double time) const {
        const QRectF whole = m_overview->track();
        return {static_cast<int>(std::lround(whole.left() + time / 100e6 * whole.width())),
                static_cast<int>(whole.center().y())};
    }
    bool isNear(double x, double time) const { return std::abs(x - at(time).x()) <= 1; }
    bool isShown(double begin, double end) const {
        const PlotRange::Span shown = m_pane->plot().visible();
        return std::abs(static_cast<double>(shown.begin.count) - begin) < 400e3 &&
               std::abs(static_cast<double>(shown.end.count) - end) < 400e3;
    }
    QImage grabbed() { return m_overview->grab().toImage(); }
    void drag(double from, double to) {
        QTest::mousePress(m_overview, Qt::LeftButton, {}, at(from));
        for (const double share : {0.3, 0.7, 1.0}) {
            const QPoint where = at(from + share * (to - from));
            QMouseEvent move(QEvent::MouseMove, where, m_overview->mapToGlobal(where), Qt::NoButton, Qt::LeftButton,
                             Qt::NoModifier);
            QCoreApplication::sendEvent(m_overview, &move);
        }
        QTest::mouseRelease(m_overview, Qt::LeftButton, {}, at(to));
    }

    std::unique_ptr<ViewStateStore> m_store;
    std::unique_ptr<PlotPane> m_pane;
    PlotOverview* m_overview = nullptr;
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::PlotOverviewTest)
#include "plot_overview_test.moc"
