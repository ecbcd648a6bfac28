// The time plot as a user drives it: mouse, wheel, keys; and its page.
#include <QBuffer>
#include <QPainter>
#include <QSignalSpy>
#include <QSvgGenerator>
#include <algorithm>

#include "core/text/text.h"
#include "gui/common/style.h"
#include "tests/gui/time_plot_stage.h"

namespace heapprof::gui {

using test::kEnd, test::made, test::withMarks;

class TimePlotTest : public test::TimePlotStage {
    Q_OBJECT

private slots:
    void init() { makePlot(); }
    void cleanup() { dropPlot(); }

    void aClickChoosesTheTime() {
        const QPoint at = pointAt(Micros(50'000'000));
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, at);
        QVERIFY(m_store->state().time);
        QVERIFY(std::abs(m_store->state().time->time.count - 50'000'000) < 300'000);
        QVERIFY(m_store->canGoBack());
    }

    void shiftAndClickCompares() {
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, Qt::ShiftModifier, pointAt(Micros(20'000'000)));
        QVERIFY(!m_store->state().time);
        QVERIFY(std::abs(m_store->state().compareTime->time.count - 20'000'000) < 300'000);
        QTest::keyClick(m_plot.get(), Qt::Key_Escape);
        QVERIFY(!m_store->state().compareTime);
    }

    void aDragMakesAnIntervalInOneStep() {
        drag(pointAt(Micros(20'000'000)), pointAt(Micros(70'000'000)), Qt::NoModifier);
        QVERIFY(std::abs(m_store->state().compareTime->time.count - 20'000'000) < 300'000);
        QVERIFY(std::abs(m_store->state().time->time.count - 70'000'000) < 300'000);
        QVERIFY(!m_asked);  // it did not pan
        m_store->back();
        QVERIFY(!m_store->canGoBack());
        QVERIFY(!m_store->state().time && !m_store->state().compareTime);
    }

    void theCursorCanBeDragged() {
        m_store->change([](ViewState& state) { state.showInstant(Micros(20'000'000)); });
        drag(pointAt(Micros(20'000'000)), pointAt(Micros(70'000'000)), Qt::NoModifier);
        QVERIFY(std::abs(m_store->state().time->time.count - 70'000'000) < 300'000);
        QVERIFY(!m_store->state().compareTime);
    }
    void theEndsOfAnIntervalCanBeDragged() {
        drag(pointAt(Micros(20'000'000)), pointAt(Micros(70'000'000)), Qt::NoModifier);
        drag(pointAt(m_store->state().compareTime->time), pointAt(Micros(40'000'000)), Qt::NoModifier);
        QVERIFY(std::abs(m_store->state().compareTime->time.count - 40'000'000) < 300'000);
        QVERIFY(std::abs(m_store->state().time->time.count - 70'000'000) < 300'000);
        drag(pointAt(m_store->state().time->time), pointAt(Micros(10'000'000)), Qt::NoModifier);
        QVERIFY(std::abs(m_store->state().compareTime->time.count - 40'000'000) < 300'000);
        QVERIFY(std::abs(m_store->state().time->time.count - 10'000'000) < 300'000);
        for (int i = 0; i < 3; ++i) m_store->back();  // a drag is one step
        QVERIFY(!m_store->canGoBack());
        // A click on an end is a click.
        drag(pointAt(Micros(20'000'000)), pointAt(Micros(70'000'000)), Qt::NoModifier);
        const Micros end = m_store->state().time->time;
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, pointAt(end));
        QVERIFY(std::abs(m_store->state().time->time.count - end.count) < 300'000);
        QVERIFY(std::abs(m_store->state().compareTime->time.count - 20'000'000) < 300'000);
    }

    void theWheelZoomsAboutTheMouse_dragWithCtrlPans_doubleClickFits() {
        const QPoint at = pointAt(Micros(50'000'000));
        const Micros before = m_plot->timeAt(at.x());
        for (int i = 0; i < 8; ++i) wheel(at, 120);
        const Micros span = m_plot->visible().end - m_plot->visible().begin;
        QVERIFY(span.count < 25'000'000);
        QVERIFY(std::abs(m_plot->timeAt(at.x()).count - before.count) < 100'000);
        QVERIFY(m_asked && m_asked->span && m_asked->span->begin == m_plot->visible().begin);
        QVERIFY(m_asked->steps <= 800);
        m_plot->showResult(made(*m_asked));
        QVERIFY(!m_store->canGoBack());  // zooming is no choice of a time

        const Micros left = m_plot->visible().begin;
        drag(at, at + QPoint(100, 0), Qt::ControlModifier);
        QVERIFY(m_plot->visible().begin < left);
        QVERIFY(std::abs((m_plot->visible().end - m_plot->visible().begin).count - span.count) <= 2);
        QVERIFY(!m_store->state().time);

        doubleClick(at);
        QVERIFY(m_plot->visible().begin == Micros(0) && m_plot->visible().end == kEnd);
        QVERIFY(!m_asked->span);
        QVERIFY(!m_store->state().time);
    }

    void zoomIsBounded() {
        for (int i = 0; i < 300; ++i) wheel(pointAt(m_plot->timeAt(400)), 120);
        QVERIFY((m_plot->visible().end - m_plot->visible().begin).count >= 10);
        for (int i = 0; i < 300; ++i) wheel({400, 100}, -120);
        QVERIFY(m_plot->visible().begin == Micros(0) && m_plot->visible().end == kEnd);
    }

    void keysMoveTheCursor() {
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, pointAt(Micros(50'000'000)));
        const Micros at = m_store->state().time->time;
        QTest::keyClick(m_plot.get(), Qt::Key_Right);
        QVERIFY(m_store->state().time->time > at);
        QTest::keyClick(m_plot.get(), Qt::Key_Left);
        QTest::keyClick(m_plot.get(), Qt::Key_Left, Qt::ControlModifier);
        QVERIFY(m_store->state().time->time < at - Micros(1'000'000));
        QTest::keyClick(m_plot.get(), Qt::Key_Left, Qt::ShiftModifier);
        QVERIFY(m_store->state().compareTime);
        QTest::keyClick(m_plot.get(), Qt::Key_Home);
        QVERIFY(*m_store->state().time == Micros(0));
        QTest::keyClick(m_plot.get(), Qt::Key_Left);
        QVERIFY(*m_store->state().time == Micros(0));
        QTest::keyClick(m_plot.get(), Qt::Key_End);
        QVERIFY(!m_store->state().time);
        QTest::keyClick(m_plot.get(), Qt::Key_Plus);
        QVERIFY(m_plot->visible().end - m_plot->visible().begin < kEnd);
        QTest::keyClick(m_plot.get(), Qt::Key_0);
        QVERIFY(m_plot->visible().end - m_plot->visible().begin == kEnd);
    }

    void pinnedLinesAreDrawnWithTheTotal_andHaveALegend() {
        const QRectF before = m_plot->frame().plotArea;
        const double top = m_plot->frame().top;
        m_store->adjust([](ViewState& state) { state.pinnedLines = {LineIndex(0), LineIndex(1)}; });
        m_plot->showResult(made({}, 2));
        QCOMPARE(m_plot->frame().plotArea, before);  // the plot is as high as without them
        QCOMPARE(m_plot->frame().top, top);
        QCOMPARE(m_plot->legend().size(), std::size_t(2));
        QCOMPARE(m_plot->legend()[0].text, QStringLiteral("/srv/<b>app</b>.py:1"));
        QVERIFY(m_plot->legend()[0].area.right() < m_plot->legend()[1].area.left());
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {},
                          m_plot->legend()[1].area.topLeft().toPoint() + QPoint(4, 4));
        QVERIFY(m_store->state().selectedLine == LineIndex(1));
        QVERIFY(m_plot->legend()[1].isSelected);
        // As shares of the total they stand alone.
        m_store->change([](ViewState& state) { state.plotsShares = true; });
        QVERIFY(m_plot->frame().top < 2);
        QVERIFY(m_plot->frame().ticks.ticks.back().label.endsWith(u'%'));
        m_store->back();
        QCOMPARE(m_plot->frame().top, top);
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, m_plot->legend()[0].remove.center().toPoint());
        QCOMPARE(m_store->state().pinnedLines.size(), std::size_t(1));
        m_store->change([](ViewState& state) { state.plotsShares = true; });
        m_plot->showResult(made({}, 0));
        QVERIFY(m_plot->legend().empty());
        QCOMPARE(m_plot->frame().top, top);  // without lines there are no shares to show
    }

    void theTitleAndTheCursorsHaveLinesOfTheirOwn() {
        m_plot->resize(300, 300);
        m_store->change([](ViewState& state) { state.time = Micros(1'000'000); });
        const QImage with = m_plot->grab().toImage();
        m_store->change([](ViewState& state) { state.time = Micros(99'000'000); });
        const QImage without = m_plot->grab().toImage();
        const int titleEnd = QFontMetrics(plotFont(m_plot->font())).height();
        for (int y = 0; y < titleEnd; ++y)
            for (int x = 0; x < 300; ++x) QCOMPARE(with.pixel(x, y), without.pixel(x, y));
    }

    void theCursorHasTheColourOfTheTheme() {
        m_store->change([](ViewState& state) { state.time = Micros(20'000'000); });
        for (const bool isDark : {false, true}) {
            m_plot->setPalette(paletteOf(isDark));
            QCOMPARE(m_plot->cursors().front().colour, tonesOf(isDark).cursor);
        }
    }

    void marksAndPhasesTakeRoomOnlyWhereThereAreSome() {
        const double before = m_plot->frame().plotArea.top();
        m_plot->showResult(withMarks());
        const double with = m_plot->frame().plotArea.top();
        QVERIFY(with > before + 20);
        auto deep = std::make_shared<PlotResult>(*withMarks());
        deep->marks.lanes = 100;
        m_plot->showResult(deep);
        QVERIFY(m_plot->frame().plotArea.height() > 100);
        m_plot->showResult(made());
        QCOMPARE(m_plot->frame().plotArea.top(), before);
        // A low plot keeps its room for the curve.
        m_plot->resize(800, 80);
        m_plot->showResult(withMarks());
        QCOMPARE(m_plot->frame().plotArea.top(), before);
    }

    void hoveringNamesWhatHappened_data() {
        QTest::addColumn<qint64>("time");
        QTest::addColumn<QString>("says");
        QTest::newRow("mark") << qint64(50'000'000) << QStringLiteral("Mark: loaded <b>");
        QTest::newRow("phase") << qint64(45'000'000) << QStringLiteral("Phase: train");
        QTest::newRow("phase without end") << qint64(98'000'000) << QStringLiteral("Phase: serve");
        QTest::newRow("pause") << qint64(72'000'000) << QStringLiteral("not recorded");
        QTest::newRow("switch") << qint64(15'000'000) << QStringLiteral("from here on: everything recorded");
        QTest::newRow("collection") << qint64(30'000'000) << QStringLiteral("generation 2: 12.0 ms");
        QTest::newRow("collections") << qint64(35'000'000) << QStringLiteral("40 garbage collections");
        QTest::newRow("loss") << qint64(95'000'000) << QStringLiteral("17 events were lost");
        QTest::newRow("reserved") << qint64(30'000'000) << QStringLiteral("3.00 GiB reserved");
        QTest::newRow("less reserved") << qint64(98'000'000) << QStringLiteral("1.00 GiB reserved");
        QTest::newRow("resident") << qint64(30'000'000) << QStringLiteral("resident");
    }
    void hoveringNamesWhatHappened() {
        QFETCH(qint64, time);
        QFETCH(QString, says);
        m_plot->showResult(withMarks());
        hover(pointAt(Micros(time)));
        QVERIFY2(m_plot->hoverTexts().join(u'\n').contains(says), qPrintable(m_plot->hoverTexts().join(u'\n')));
        hover(pointAt(Micros(10'000'000)));
        if (says != QStringLiteral("resident")) QVERIFY(!m_plot->hoverTexts().join(u'\n').contains(says));
    }

    void marksPhasesAndCollectionsCanBeClicked() {
        m_plot->showResult(withMarks());
        const QRectF area = m_plot->frame().plotArea;
        const auto clickAt = [&](std::int64_t time, double y, Qt::KeyboardModifiers modifiers = {}) {
            QTest::mouseClick(m_plot.get(), Qt::LeftButton, modifiers, QPoint(pointAt(Micros(time)).x(), qRound(y)));
        };
        const double line = QFontMetricsF(plotFont(m_plot->font())).height();
        clickAt(50'000'000, area.top() - 0.5 * line);  // the mark's label lies right above the curve
        QVERIFY(m_store->state().time == Instant(Micros(50'000'000)) && !m_store->state().compareTime);
        // Beside the label, and not on its line, there is nothing to click on.
        clickAt(85'000'000, area.top() - 0.5 * line);
        QVERIFY(std::abs(m_store->state().time->time.count - 85'000'000) < 1'000'000);
        clickAt(45'000'000, area.top() - 1.7 * line);
        QVERIFY(m_store->state().compareTime == Instant(Micros(40'000'000)));
        QVERIFY(m_store->state().time == Instant(Micros(60'000'000)));
        clickAt(90'000'000, area.top() - 1.7 * line);  // goes on
        QVERIFY(m_store->state().compareTime == Instant(Micros(80'000'000)));
        QVERIFY(m_store->state().time == Instant(m_plot->visible().end));
        m_store->change([](ViewState& state) { state.leaveInterval(); });
        clickAt(30'100'000, area.bottom() - 2);
        QVERIFY(m_store->state().time == Instant(Micros(30'000'000)));
        clickAt(50'100'000, area.top() - 0.5 * line, Qt::ShiftModifier);
        QVERIFY(m_store->state().compareTime == Instant(Micros(50'000'000)));
        m_store->change([](ViewState& state) { state.leaveInterval(); });
        m_plot->setFocus();
        for (const std::int64_t seconds : {40, 50, 60, 80, 80}) {
            QTest::keyClick(m_plot.get(), Qt::Key_BracketRight);
            QVERIFY(m_store->state().time == Instant(Micros(seconds * 1'000'000)));
        }
        QTest::keyClick(m_plot.get(), Qt::Key_BracketLeft);
        QVERIFY(m_store->state().time == Instant(Micros(60'000'000)));
    }

    void aPageNamesMarksAndPhases() {
        m_plot->showResult(withMarks());
        QByteArray content;
        QBuffer buffer(&content);
        buffer.open(QIODevice::WriteOnly);
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setSize({1200, 400});
        QPainter painter(&generator);
        m_plot->drawPage(painter, {1200, 400});
        painter.end();
        for (const char* text : {"loaded &lt;b&gt;", "train", "serve", "events lost", "Resident memory"})
            QVERIFY2(content.contains(text), text);
    }

    void growsWithTheCapture_untilTheUserZooms() {
        auto grown = std::make_shared<PlotResult>(*made());
        grown->last = grown->end = Micros(200'000'000);
        m_plot->showResult(grown);
        QVERIFY(m_plot->visible().end == Micros(200'000'000));
        wheel({400, 100}, 120);
        const PlotRange::Span zoomed = m_plot->visible();
        auto more = std::make_shared<PlotResult>(*grown);
        more->last = more->end = Micros(300'000'000);
        m_plot->showResult(more);
        QVERIFY(m_plot->visible() == zoomed);
    }

    void isSafeWithNothingToShow() {
        m_plot->showResult(nullptr);
        for (const auto key : {Qt::Key_Left, Qt::Key_Home, Qt::Key_Plus, Qt::Key_0}) QTest::keyClick(m_plot.get(), key);
        QTest::mouseClick(m_plot.get(), Qt::LeftButton, {}, QPoint(400, 100));
        wheel({400, 100}, 120);
        doubleClick({400, 100});
        QVERIFY(!m_plot->grab().isNull());
        QVERIFY(m_store->state() == ViewState{});
        m_plot->resize(1, 1);
        m_plot->showResult(made());
        QVERIFY(!m_plot->grab().isNull());
    }

    /// A picture that some other program scales or clips otherwise must hold the curve inside the axes.
    void aZoomedPageStaysWithinItsAxes() {
        m_plot->zoom(6, m_plot->frame().plotArea.center().x());
        // The answer to an older, wider question is still shown.
        QByteArray content;
        QBuffer buffer(&content);
        buffer.open(QIODevice::WriteOnly);
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setResolution(96);
        generator.setSize({800, 300});
        generator.setViewBox(QRect(0, 0, 800, 300));
        QPainter painter(&generator);
        m_plot->drawPage(painter, {800, 300});
        painter.end();
        const QRectF area = m_plot->frame().plotArea;
        QVERIFY(content.contains("polyline") || content.contains("path"));
        QVERIFY(content.contains("Total memory"));
        QVERIFY(m_plot->visible().end - m_plot->visible().begin < Micros(20'000'000));
        QImage image(800, 300, QImage::Format_ARGB32);
        image.fill(Qt::white);
        QPainter imagePainter(&image);
        m_plot->drawPage(imagePainter, {800, 300});
        imagePainter.end();
        // Left of the axis, at half height, there are labels but no fill.
        const QColor fill = image.pixelColor(static_cast<int>(area.right()) - 20, static_cast<int>(area.bottom()) - 8);
        QVERIFY(fill != image.pixelColor(2, static_cast<int>(area.center().y()) + 9));
        QCOMPARE(image.pixelColor(799, static_cast<int>(area.bottom()) - 8), image.pixelColor(799, 2));
    }

    /// Qt Charts draws the grid, we the labels.
    void theAxisLinesLieAtTheEdges_alsoAfterAResize() {
        for (const QSize size : {QSize(800, 300), QSize(640, 420), QSize(900, 200)}) {
            m_plot->resize(size);
            QCoreApplication::processEvents();
            m_plot->showResult(nullptr);  // without curves only axes and grid are left
            const QImage image = m_plot->grab().toImage();
            const QRectF area = m_plot->frame().plotArea;
            const auto isLine = [&](double y) {
                int dark = 0;
                for (int x = static_cast<int>(area.left()) + 3; x < area.right() - 3; ++x)
                    dark += image.pixelColor(x, qRound(y)).lightness() < 200;
                return dark > area.width() / 2;
            };
            QVERIFY(isLine(area.bottom()) || isLine(area.bottom() - 1) || isLine(area.bottom() + 1));
            for (double y = area.top() + 2; y < area.bottom() - 2; ++y)
                QVERIFY2(!isLine(y), qPrintable(QString::number(y)));
        }
    }

    void aPageMayHaveAnotherSize() {
        const auto before = m_plot->frame().plotArea;
        QImage image(1600, 900, QImage::Format_ARGB32);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        m_plot->drawPage(painter, {1600, 900});
        painter.end();
        QVERIFY(image.pixelColor(1500, 850).alpha() == 255);
        QVERIFY(image.pixelColor(1400, 840) != image.pixelColor(1400, 30));  // the fill reaches the far end
        QCOMPARE(m_plot->frame().plotArea, before);
    }

    void hoveringSaysWhatWasThere() {
        const QImage before = m_plot->grab().toImage();
        hover(pointAt(Micros(30'000'000)));
        QTRY_VERIFY(m_plot->grab().toImage() != before);
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(m_plot.get(), &leave);
        QTRY_COMPARE(m_plot->grab().toImage(), before);
    }
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::TimePlotTest)
#include "time_plot_test.moc"
