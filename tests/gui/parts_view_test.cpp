// Memory over time by what allocated it, as a user meets it.
#include "gui/timeplot/parts_view.h"

#include <QComboBox>
#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>

#include "core/text/text.h"
#include "gui/document/instant_query.h"
#include "gui/timeplot/parts_chart.h"
#include "tests/core/digested.h"
#include "tests/core/temporary_folder.h"
#include "tests/gui/recorded_capture.h"

namespace heapprof::gui {
namespace {

using test::digested;
using test::RecordedCapture;
using test::TemporaryFolder;

/// Drives a view over a recording as the window would: another result for another state.
struct Stage {
    Stage() {
        RecordedCapture capture = RecordedCapture::ofAllDomains(folder / "parts");
        capture.grow(40'000, Micros(10'000'000));
        capture.end();
        recording = digested(Capture::open(folder / "parts"));
        QObject::connect(&store, &ViewStateStore::changed, &view, [this] { ask(); });
        view.resize(1000, 320);
        view.show();
        ask();
        settle();
    }
    void ask() { view.showResult(query.compute({recording, InstantQuestion::of(store.state()), nullptr})); }
    void settle() {
        QTRY_VERIFY_WITH_TIMEOUT(!view.isBusy(), 20000);
        QCoreApplication::processEvents();
    }
    void choose(PartsBy by) {
        auto* box = view.findChild<QComboBox*>(QStringLiteral("partsBy"));
        const int index = box->findData(static_cast<int>(by));
        box->setCurrentIndex(index);
        emit box->activated(index);
        settle();
    }
    const PartsScene& scene() const { return *view.scene(); }
    QString legendText(std::size_t entry, int column) const {
        return legend->topLevelItem(static_cast<int>(entry))->text(column);
    }

    TemporaryFolder folder;
    Recording recording;
    InstantQuery query;
    ViewStateStore store;
    PartsView view{store};
    PartsChart* chart = view.findChild<PartsChart*>();
    QTreeWidget* legend = view.findChild<QTreeWidget*>(QStringLiteral("partsLegend"));
};

}  // namespace

class PartsViewTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", (m_cache / "cache").string().c_str()); }

    void theLegendHasWhatIsShownOfEachPart_data() {
        QTest::addColumn<int>("by");
        QTest::newRow("line") << static_cast<int>(PartsBy::Line);
        QTest::newRow("function") << static_cast<int>(PartsBy::Function);
        QTest::newRow("file") << static_cast<int>(PartsBy::File);
        QTest::newRow("module") << static_cast<int>(PartsBy::Module);
        QTest::newRow("thread") << static_cast<int>(PartsBy::Thread);
        QTest::newRow("domain") << static_cast<int>(PartsBy::Domain);
    }
    void theLegendHasWhatIsShownOfEachPart() {
        QFETCH(int, by);
        Stage stage;
        stage.choose(static_cast<PartsBy>(by));
        QCOMPARE(static_cast<int>(stage.scene().question.by), by);
        for (const bool isInterval : {false, true}) {
            stage.store.change([&](ViewState& state) {
                state.showInstant(Instant(Micros(6'000'000)));
                if (isInterval) state.showInterval(Instant(Micros(2'000'000)), state.time);
            });
            stage.settle();
            const PartsScene& scene = stage.scene();
            QVERIFY(scene.result->isOf(stage.store.state()));
            QCOMPARE(stage.legend->topLevelItemCount(), static_cast<int>(scene.entries.size()));
            std::int64_t sum = 0;
            for (std::size_t i = 0; i < scene.series->parts.size(); ++i) {
                const TraceSet traces = scene.parts->traces(scene.series->parts[i].part);
                const Estimate expected = totalOf(traces, scene.result->snapshot());
                QVERIFY(scene.entries[i].now == expected);
                QCOMPARE(stage.legendText(i, 1), QString::fromStdString(isInterval ? formatSignedBytes(expected.bytes)
                                                                                   : formatBytes(expected.bytes)));
                sum += expected.bytes;
            }
            const bool hasOthers = scene.entries.size() > scene.series->parts.size();
            QCOMPARE(hasOthers, by == static_cast<int>(PartsBy::Line));  // of which there are more than ten
            if (hasOthers) sum += scene.entries.back().now.bytes;
            QCOMPARE(sum, scene.result->snapshot().total.bytes);
        }
    }
    void pointingAtALineSelectsIt() {
        Stage stage;
        const Instant late(Micros(9'000'000));
        for (const std::size_t entry : {std::size_t{1}, std::size_t{4}}) {
            const QPoint at = stage.chart->positionOf(entry, late).toPoint();
            QTest::mouseMove(stage.chart, at);
            QTRY_VERIFY(stage.chart->hoverTexts().value(0) == stage.scene().entries[entry].name);
            QTest::mouseClick(stage.chart, Qt::LeftButton, {}, at);
            QVERIFY(stage.store.state().selectedLine == stage.scene().entries[entry].line);
            QCOMPARE(stage.legend->indexOfTopLevelItem(stage.legend->currentItem()), static_cast<int>(entry));
        }
        // And from the legend, by keyboard; elsewhere it is followed.
        stage.legend->setFocus();
        QTest::keyClick(stage.legend, Qt::Key_Up);
        QVERIFY(stage.store.state().selectedLine == stage.scene().entries[3].line);
        stage.store.change([&](ViewState& state) { state.selectedLine = stage.scene().entries[0].line; });
        QCOMPARE(stage.legend->indexOfTopLevelItem(stage.legend->currentItem()), 0);
        stage.store.change([](ViewState& state) { state.selectedLine.reset(); });
        QVERIFY(!stage.legend->currentItem());
    }
    void aPartCanBeFilteredTo() {
        Stage stage;
        stage.choose(PartsBy::Thread);
        emit stage.legend->customContextMenuRequested(
            stage.legend->visualItemRect(stage.legend->topLevelItem(0)).center());
        auto* menu = stage.view.findChild<QMenu*>(QStringLiteral("lineMenu"));
        QVERIFY(menu);
        for (QAction* action : menu->actions())
            if (action->objectName() == QStringLiteral("filterHide")) action->trigger();
        QCOMPARE(stage.store.state().filters.size(), std::size_t{1});
        QVERIFY(stage.store.state().filters[0].isExcluded);
        QCOMPARE(stage.store.state().filters[0].name, std::string("MainThread"));
        stage.settle();
        QVERIFY(stage.scene().entries.empty());  // there is no other thread
    }
    void anotherInstantReadsNothingAgain() {
        Stage stage;
        const auto series = stage.scene().series;
        stage.store.change([](ViewState& state) { state.showInstant(Instant(Micros(3'000'000))); });
        stage.settle();
        QVERIFY(stage.scene().result->time() == Instant(Micros(3'000'000)));
        QVERIFY(stage.scene().series == series);
        stage.store.change([](ViewState& state) { state.domains = {Domain::Native}; });
        stage.settle();
        QVERIFY(stage.scene().series != series);
    }
    void thePlotsRangeIsShown() {
        Stage stage;
        QVERIFY(stage.scene().series->instants.front() == Instant(Micros(0)));
        PlotResult plot;
        plot.begin = Micros(2'000'000);
        plot.end = Micros(5'000'000);
        plot.last = Micros(10'000'000);
        stage.view.showPlot(&plot);
        stage.settle();
        QVERIFY(stage.scene().series->instants.front() == Instant(plot.begin));
        QVERIFY(stage.scene().series->instants.back() == Instant(plot.end));
    }
    void sharesFillTheChart() {
        Stage stage;
        QTest::mouseClick(stage.view.findChild<QToolButton*>(QStringLiteral("partsShare")), Qt::LeftButton);
        QVERIFY(stage.store.state().parts.isShare);
        const std::size_t last = stage.scene().entries.size() - 1;
        // Early on there is little: only as shares the uppermost part reaches up there.
        const QPointF early = stage.chart->positionOf(last, Instant(Micros(500'000)));
        const QPointF late = stage.chart->positionOf(last, Instant(Micros(9'500'000)));
        QVERIFY(early.y() < stage.chart->height() * 0.6);
        QVERIFY(late.y() < stage.chart->height() * 0.6);
        QVERIFY(stage.chart->entryAt(early) == last);
        stage.store.back();
        QVERIFY(stage.chart->positionOf(last, Instant(Micros(500'000))).y() > stage.chart->height() * 0.6);
    }
    void theSearchMarksItsParts_data() { theLegendHasWhatIsShownOfEachPart_data(); }
    void theSearchMarksItsParts() {
        QFETCH(int, by);
        Stage stage;
        stage.choose(static_cast<PartsBy>(by));
        const bool isCode = by != static_cast<int>(PartsBy::Thread) && by != static_cast<int>(PartsBy::Domain);
        const TraceTable& traces = stage.recording.traces();
        const auto colour = [&](std::size_t entry) {
            const QImage image = stage.chart->grab().toImage();
            return image.pixelColor(stage.chart->positionOf(entry, Instant(Micros(9'000'000))).toPoint());
        };
        // Behind the end of its name.
        const auto ground = [&](std::size_t entry) {
            const QRect row = stage.legend->visualItemRect(stage.legend->topLevelItem(static_cast<int>(entry)));
            const QImage image = stage.legend->viewport()->grab().toImage();
            return image.pixelColor(stage.legend->header()->sectionSize(0) - 2, row.top() + 2);
        };
        // One that is the first part, and not all of them.
        const FrameIndex frame = isCode ? stage.scene().entries[0].frame.value() : FrameIndex(1);
        const std::string name = lineText(traces, traces.lineOf(frame));
        QVERIFY(stage.view.matches().empty());
        const QColor before = colour(0), otherBefore = colour(1), groundBefore = ground(0);
        stage.store.change([&](ViewState& state) { state.search = {name, std::nullopt}; });
        stage.settle();
        QCOMPARE(stage.view.matches().size(), stage.scene().entries.size());
        const auto found = stage.scene().result->search(name);
        QVERIFY(!found->lines.empty());
        for (std::size_t i = 0; i < stage.scene().entries.size(); ++i) {
            const PartsScene::Entry& entry = stage.scene().entries[i];
            if (entry.line) QCOMPARE(bool(stage.view.matches()[i]), found->has(*entry.line));
            if (!isCode) QVERIFY(!stage.view.matches()[i]);
            QCOMPARE(ground(i) != groundBefore, bool(stage.view.matches()[i]));
        }
        QCOMPARE(bool(stage.view.matches()[0]), isCode);
        QCOMPARE(colour(0) != before, isCode);
        const bool isSecondSeen =
            stage.chart->entryAt(stage.chart->positionOf(1, Instant(Micros(9'000'000)))) == std::size_t{1};
        if (!stage.view.matches()[1] && isSecondSeen) QCOMPARE(colour(1), otherBefore);
        // An exported picture is marked as well.
        const auto page = [&] {
            QImage image(stage.view.size(), QImage::Format_RGB32);
            QPainter painter(&image);
            stage.view.drawPage(painter, stage.view.pageSize());
            painter.end();
            return image;
        };
        const QImage with = page();
        // The one that the search is at stands out.
        if (stage.scene().entries[0].line) {
            const QColor match = colour(0), legendGround = ground(0);
            stage.store.adjust([&](ViewState& state) { state.search.at = stage.scene().entries[0].line; });
            QVERIFY(colour(0) != match);
            QVERIFY(ground(0) != legendGround);
        }
        QVERIFY(stage.store.leaveSearch());
        stage.settle();
        QVERIFY(stage.view.matches().empty());
        QVERIFY(colour(0) == before && ground(0) == groundBefore);
        QCOMPARE(page() != with, isCode);
    }
    void marksStayWithTheirParts() {
        Stage stage;
        stage.store.change([](ViewState& state) { state.search = {"py:1", std::nullopt}; });
        stage.settle();
        for (const PartsBy by : {PartsBy::Function, PartsBy::Line}) {
            stage.choose(by);
            QCOMPARE(stage.view.matches().size(), stage.scene().entries.size());
            QVERIFY(stage.view.matches() ==
                    matchesIn(stage.scene(), *stage.scene().result->search(stage.store.state().search.text)));
        }
    }
    void theCurrentPartStandsOut() {
        Stage stage;
        const auto colour = [&] {
            const QImage image = stage.chart->grab().toImage();
            return image.pixelColor(stage.chart->positionOf(0, Instant(Micros(9'000'000))).toPoint());
        };
        const QColor before = colour();
        stage.store.change([&](ViewState& state) { state.selectedLine = stage.scene().entries[0].line; });
        QVERIFY(colour() != before);
    }
    void nothingIsSaidToBeNothing() {
        Stage stage;
        stage.view.showResult(nullptr);
        QVERIFY(!stage.view.scene());
        QCOMPARE(stage.legend->topLevelItemCount(), 0);
    }

private:
    TemporaryFolder m_cache;
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::PartsViewTest)
#include "parts_view_test.moc"
