// Memory over time by what allocated it, as a user meets it.
#include "gui/timeplot/parts_view.h"

#include <QComboBox>
#include <QMenu>
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
