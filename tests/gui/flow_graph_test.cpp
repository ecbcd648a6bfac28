// The flow graph view, driven as a user drives it. This program plays the layout helper when it is started with
// --layout.
#include <QApplication>
#include <QMenu>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QWheelEvent>
#include <cmath>
#include <utility>

#include "gui/common/busy_overlay.h"
#include "gui/flowgraph/flow_controls.h"
#include "gui/flowgraph/flow_tips.h"
#include "gui/flowgraph/layout_helper.h"
#include "gui/flowgraph/overview.h"
#include "tests/gui/shown_flow_graph.h"

using namespace heapprof;
using namespace heapprof::gui;
using namespace heapprof::gui::test;

class FlowGraphTest : public QObject {
    Q_OBJECT

private slots:
    void startsEmpty() {
        Shown shown;
        QVERIFY(!shown.view.isBusy());
        QVERIFY(shown.message.isVisible());
        QVERIFY(!shown.canvas.isVisible());
        QVERIFY(!page(shown.view, 1).isNull());
    }

    void drawsBoxesInPlace() {
        Shown shown;
        QSignalSpy settled(&shown.view, &InstantView::settled);
        FlowMaker maker = pipeline();
        shown.view.showResult(maker.result());
        QVERIFY(shown.view.isBusy());
        QVERIFY(shown.settle());
        QCOMPARE(settled.size(), 1);
        QVERIFY(shown.canvas.isVisible());
        QCOMPARE(shown.scene.boxCount(), std::size_t{11});
        shown.canvas.fitAll();
        QVERIFY(shown.canvas.visibleRect().contains(shown.scene.graphRect()));
        QVERIFY(shown.middle(maker.line(kMain, 41)).y() < shown.middle(maker.line(kJoin, 93)).y());
        QVERIFY(shown.note.text().contains(QStringLiteral("Live memory at 12.345 s: 637 MiB")));
        QVERIFY(!shown.note.text().contains(QStringLiteral("hidden")));
    }

    void clickSelectsTheLineUnderTheMouse() {
        Shown shown;
        FlowMaker maker;
        maker.add({{"a.py", 1, "f"}, {"b.py", 2, "g"}, {"c.py", 3, "h"}}, {1000});
        QVERIFY(shown.show(maker.result()));
        QCOMPARE(shown.scene.boxCount(), std::size_t{1});  // a run of lines is one box
        for (const auto& [file, number] : {std::pair{"b.py", 2u}, std::pair{"a.py", 1u}, std::pair{"c.py", 3u}}) {
            const LineIndex line = maker.line(file, number);
            shown.click(shown.row(line));
            QCOMPARE(shown.store.state().selectedLine, std::optional(line));
            QVERIFY(shown.scene.boxLook(0).selected);
            QCOMPARE(shown.scene.boxLook(0).selectedRow, static_cast<int>(number) - 1);
        }
        // The field below the rows belongs to the last line.
        shown.store.change([&](ViewState& state) { state.selectedLine.reset(); });
        const QRectF box = shown.scene.boxRect(0);
        shown.click(shown.onScreen(QPointF(box.center().x(), box.bottom() - 4)));
        QCOMPARE(shown.store.state().selectedLine, std::optional(maker.line("c.py", 3)));
        shown.store.back();
        QVERIFY(!shown.scene.boxLook(0).selected);
    }

    void clickDoesNotMoveThePicture() {
        Shown shown;
        FlowMaker maker = pipeline();
        QVERIFY(shown.show(maker.result()));
        const QRectF visible = shown.canvas.visibleRect();
        shown.click(shown.row(maker.line(kParse, 61)));
        QVERIFY(shown.store.state().selectedLine.has_value());
        QCOMPARE(shown.canvas.visibleRect(), visible);
        shown.click(QPoint(5, 5));  // the background
        QVERIFY(shown.store.state().selectedLine.has_value());
    }

    void selectionFromElsewhereIsCentred() {
        Shown shown;
        FlowMaker maker = tangle(190, 2500);
        shown.store.change([](ViewState& state) { state.flow.minNodeFraction = 0; });
        QVERIFY(shown.show(maker.result()));
        shown.canvas.fitAll();
        QVERIFY(shown.canvas.zoom() < 0.5);
        const FlowDiagram& diagram = shown.scene.picture()->diagram;
        for (const std::size_t box : {diagram.boxes.size() / 3, std::size_t{0}, diagram.boxes.size() - 1}) {
            const LineIndex line = diagram.boxes[box].lines.front();
            shown.store.change([&](ViewState& state) { state.selectedLine = line; });
            QVERIFY(shown.isMiddle(line));
            QVERIFY(shown.scene.boxLook(box).selected);
            QVERIFY(shown.canvas.zoom() >= 0.5);  // and can be read
        }
        shown.store.back();
        QVERIFY(shown.isMiddle(diagram.boxes[0].lines.front()));
    }

    void saysWhenTheSelectedLineIsHidden() {
        Shown shown;
        FlowMaker maker = pipeline();
        maker.add({{"/home/ada/small.py", 5, "tiny"}}, {10});
        QVERIFY(shown.show(maker.result()));
        shown.store.change([&](ViewState& state) { state.selectedLine = maker.line("/home/ada/small.py", 5); });
        QVERIFY(shown.note.text().contains(QStringLiteral("selected line is not among those shown")));
        QVERIFY(shown.note.text().contains(QStringLiteral("1 smaller line hidden")));
    }

    void wheelZoomsAboutTheCursor() {
        Shown shown;
        FlowMaker maker = pipeline();
        QVERIFY(shown.show(maker.result()));
        for (const QPoint at : {QPoint(700, 300), QPoint(20, 500)}) {
            const double zoom = shown.canvas.zoom();
            const QPointF before = shown.canvas.viewportTransform().inverted().map(QPointF(at));
            shown.wheel(at, 240);
            QVERIFY(shown.canvas.zoom() > zoom * 1.2);
            const QPointF drift = shown.canvas.viewportTransform().map(before) - at;
            QVERIFY2(std::hypot(drift.x(), drift.y()) < 1.5,
                     qPrintable(QString::number(std::hypot(drift.x(), drift.y()))));
        }
        for (int i = 0; i < 100; ++i) shown.wheel(QPoint(300, 300), 240);
        QVERIFY(shown.canvas.zoom() <= FlowCanvas::kMaxZoom + 1e-9);
        for (int i = 0; i < 200; ++i) shown.wheel(QPoint(300, 300), -240);
        QVERIFY(shown.canvas.zoom() >= FlowCanvas::kMinZoom - 1e-9);
        shown.child<QToolButton>("flowFit").click();
        QVERIFY(shown.canvas.visibleRect().contains(shown.scene.graphRect()));
    }

    void dragPans() {
        Shown shown;
        FlowMaker maker = pipeline();
        QVERIFY(shown.show(maker.result()));
        const LineIndex line = maker.line(kJoin, 93);
        const QPoint from = shown.onScreen(shown.middle(line));
        QWidget* viewport = shown.canvas.viewport();
        QTest::mousePress(viewport, Qt::LeftButton, {}, from);
        for (int step = 1; step <= 10; ++step) {
            const QPoint at = from + QPoint(9 * step, -6 * step);
            QMouseEvent move(QEvent::MouseMove, at, viewport->mapToGlobal(at), Qt::NoButton, Qt::LeftButton, {});
            QApplication::sendEvent(viewport, &move);
        }
        QTest::mouseRelease(viewport, Qt::LeftButton, {}, from + QPoint(90, -60));
        const QPoint moved = shown.onScreen(shown.middle(line)) - from;
        QVERIFY(std::abs(moved.x() - 90) <= 2 && std::abs(moved.y() + 60) <= 2);
        QVERIFY(!shown.store.state().selectedLine);  // a drag is no click
        QTest::mouseDClick(viewport, Qt::LeftButton, {}, QPoint(3, 3));
        QVERIFY(shown.canvas.visibleRect().contains(shown.scene.graphRect()));
    }

    void overviewMovesTheCanvas() {
        Shown shown;
        FlowMaker maker = tangle(190, 2500);
        shown.store.change([](ViewState& state) { state.flow.minNodeFraction = 0; });
        QVERIFY(shown.show(maker.result()));
        Overview& overview = *shown.view.findChild<Overview*>();
        shown.canvas.fitAll();
        QVERIFY(!overview.isVisible());
        shown.canvas.zoomAbout(6, QPointF(200, 200));
        QVERIFY(overview.isVisible());
        QVERIFY(shown.canvas.rect().contains(overview.geometry()));
        const QPoint at(overview.viewport()->width() * 3 / 4, overview.viewport()->height() / 2);
        const QPointF wanted = overview.viewportTransform().inverted().map(QPointF(at));
        QTest::mouseClick(overview.viewport(), Qt::LeftButton, {}, at);
        const QPointF distance = shown.canvas.visibleRect().center() - wanted;
        QVERIFY(std::hypot(distance.x(), distance.y()) * shown.canvas.zoom() < 3);
        shown.canvas.fitAll();
        QVERIFY(!overview.isVisible());
    }

    void theSearchMarksBoxesAndGoesToThem() {
        Shown shown;
        FlowMaker maker = pipeline();
        QVERIFY(shown.show(maker.result()));
        const auto search = [&](const char* text) {
            shown.store.change([text](ViewState& state) { state.search = {text, std::nullopt}; });
            QVERIFY(shown.settle());
        };
        const auto goTo = [&](LineIndex line) {
            shown.store.adjust([line](ViewState& state) { state.search.at = line; });
        };
        search("JOIN_orders");  // the function's name, whatever the case
        QCOMPARE(shown.scene.matches().size(), std::size_t{2});
        for (const std::uint32_t line : {88u, 93u}) {
            QVERIFY(shown.scene.boxLook(shown.scene.boxOf(maker.line(kJoin, line)).value()).match);
            goTo(maker.line(kJoin, line));
            QVERIFY(shown.isMiddle(maker.line(kJoin, line)));
            QVERIFY(shown.scene.boxLook(shown.scene.boxOf(maker.line(kJoin, line)).value()).current);
        }
        QVERIFY(!shown.scene.boxLook(shown.scene.boxOf(maker.line(kJoin, 88)).value()).current);
        QTest::keyClick(&shown.canvas, Qt::Key_Escape);
        QVERIFY(shown.store.state().search.text.empty());
        QVERIFY(shown.scene.matches().empty());
        search("aquarium/pipeline");  // a path
        QCOMPARE(shown.scene.matches().size(), std::size_t{8});
        search("nowhere");
        QVERIFY(shown.scene.matches().empty());
        QVERIFY(!shown.store.state().selectedLine);  // searching selects nothing
    }

    void theFirstMatchIsBroughtIntoSight() {
        Shown shown;
        FlowMaker maker = pipeline();
        QVERIFY(shown.show(maker.result()));
        const auto search = [&](const char* text) {
            shown.store.adjust([text](ViewState& state) { state.search = {text, std::nullopt}; });
            QVERIFY(shown.settle());
        };
        shown.canvas.zoomAbout(6, QPointF(500, 0));
        const QRectF before = shown.canvas.visibleRect();
        const LineIndex join = maker.line(kJoin, 93);
        QVERIFY(!before.intersects(shown.scene.boxRect(shown.scene.boxOf(join).value())));
        search("nowhere");
        QCOMPARE(shown.canvas.visibleRect(), before);
        search("join.py:93");
        QVERIFY(shown.isMiddle(join));
        // What is in sight stays where it is, also when more letters come.
        const QRectF now = shown.canvas.visibleRect();
        search("join.py:93 join");
        QCOMPARE(shown.canvas.visibleRect(), now);
    }

    void controlsChangeTheStateAndThePicture() {
        Shown shown;
        FlowMaker maker = pipeline();
        QVERIFY(shown.show(maker.result()));
        auto& number = shown.child<QDoubleSpinBox>("flowMinNodeNumber");
        auto& slider = shown.child<QSlider>("flowMinNodeSlider");
        QCOMPARE(number.value(), 1.0);
        QCOMPARE(shown.child<QDoubleSpinBox>("flowMinEdgeNumber").value(), 5.0);
        number.setValue(10);
        QCOMPARE(shown.store.state().flow.minNodeFraction, 0.1);
        QVERIFY(shown.view.isBusy());
        QVERIFY(shown.settle());
        QCOMPARE(shown.scene.boxCount(), std::size_t{7});  // one for the others
        QVERIFY(shown.note.text().contains(QStringLiteral("4 smaller lines hidden")));
        shown.store.back();
        QCOMPARE(number.value(), 1.0);
        QVERIFY(shown.settle());
        QCOMPARE(shown.scene.boxCount(), std::size_t{11});

        // A drag of the slider is one step of the history, however many positions it passes.
        slider.setSliderDown(true);
        for (const int position : {40, 60, 80, 100}) slider.setValue(position);
        slider.setSliderDown(false);
        QCOMPARE(shown.store.state().flow.minNodeFraction, 0.25);
        QCOMPARE(number.value(), 25.0);
        shown.store.back();
        QCOMPARE(shown.store.state().flow.minNodeFraction, 0.01);
        QVERIFY(shown.settle());

        QTest::keyClick(&shown.child<QDoubleSpinBox>("flowMinEdgeNumber"), Qt::Key_Up);
        QCOMPARE(shown.store.state().flow.minEdgeFraction, 0.055);
        number.setValue(100);
        QVERIFY(shown.settle());
        number.setValue(0);
        QVERIFY(shown.settle());
        QCOMPARE(shown.scene.boxCount(), std::size_t{11});
    }

    void joinsRunsAndSizesBySelfOnDemand() {
        Shown shown;
        FlowMaker maker;
        maker.add({{"a.py", 1, "f"}, {"b.py", 2, "g"}, {"c.py", 3, "h"}}, {1000});
        maker.add({{"a.py", 1, "f"}}, {5});
        QVERIFY(shown.show(maker.result()));
        QCOMPARE(shown.scene.boxCount(), std::size_t{1});
        QTest::mouseClick(&shown.child<QCheckBox>("flowCollapse"), Qt::LeftButton, {}, QPoint(8, 8));
        QVERIFY(!shown.store.state().flow.collapse);
        QVERIFY(shown.settle());
        QCOMPARE(shown.scene.boxCount(), std::size_t{3});
        const auto height = [&](const char* file, std::uint32_t line) {
            return shown.scene.boxRect(shown.scene.boxOf(maker.line(file, line)).value()).height();
        };
        QVERIFY(height("c.py", 3) > 1.5 * height("b.py", 2));
        QTest::mouseClick(&shown.child<QCheckBox>("flowSizeBySelf"), Qt::LeftButton, {}, QPoint(8, 8));
        QVERIFY(!shown.store.state().flow.sizeBySelfUsage);
        QVERIFY(shown.settle());
        QCOMPARE(height("c.py", 3), height("b.py", 2));
    }

    void aLowViewIsForTheGraph() {
        Shown shown;
        FlowMaker maker = pipeline();
        QVERIFY(shown.show(maker.result()));
        auto& controls = shown.child<FlowControls>("flowControls");
        auto& options = shown.child<QToolButton>("flowOptions");
        auto& collapse = shown.child<QCheckBox>("flowCollapse");
        QVERIFY(!options.isVisible() && collapse.isVisible() && shown.note.isVisible());
        shown.view.resize(560, 140);
        QVERIFY(shown.settle());
        QVERIFY(options.isVisible() && !collapse.isVisible() && !shown.note.isVisible());
        QVERIFY2(shown.canvas.height() >= 100, qPrintable(QString::number(shown.canvas.height())));
        QCOMPARE(controls.height() + shown.canvas.height(), shown.view.height());
        QVERIFY(!shown.child<Overview>("flowOverview").isVisible());  // it would cover boxes
        const QRectF root = shown.scene.boxRect(shown.scene.boxOf(maker.line(kMain, 41)).value());
        QVERIFY(shown.canvas.visibleRect().contains(root));
        // The others are behind the button, and work.
        QTest::mouseClick(&options, Qt::LeftButton);
        QTRY_VERIFY(collapse.isVisible() && shown.child<QSlider>("flowMinNodeSlider").isVisible());
        QTest::mouseClick(&collapse, Qt::LeftButton, {}, QPoint(8, 8));
        QVERIFY(!shown.store.state().flow.collapse);
        shown.child<QDoubleSpinBox>("flowMinEdgeNumber").setValue(20);
        QCOMPARE(shown.store.state().flow.minEdgeFraction, 0.2);
        // Where there is room they stand in the row again; a number beside its slider.
        shown.view.resize(1400, 700);
        QVERIFY(shown.settle());
        QVERIFY(!options.isVisible() && collapse.isVisible() && shown.note.isVisible());
        QVERIFY(!shown.child<QFrame>("flowOptionsPopup").isVisible());
        const auto& number = shown.child<QDoubleSpinBox>("flowMinNodeNumber");
        const auto& slider = shown.child<QSlider>("flowMinNodeSlider");
        QVERIFY(number.x() - slider.geometry().right() < 20 && number.width() <= number.sizeHint().width());
        // Narrow and high it wraps.
        shown.view.resize(560, 700);
        QVERIFY(shown.settle());
        QVERIFY(!options.isVisible() && collapse.isVisible() && controls.height() > 40);
    }

    void aDifferenceShowsBothInstantsAndTheGrowth() {
        Shown shown;
        FlowMaker maker = pipeline(2);
        QVERIFY(shown.show(maker.result()));
        QVERIFY(shown.note.text().startsWith(
            QStringLiteral("Left field: at 12.345 s (205 MiB). Right field: at 52.345 s (637 MiB)")));
        const DiagramContent content = makeContent(*shown.scene.picture(), shown.view.font());
        const BoxContent& join = content.boxes[shown.scene.boxOf(maker.line(kJoin, 93)).value()];
        QCOMPARE(join.fields.size(), std::size_t{2});
        QCOMPARE(join.fields[0].text, QStringLiteral("9.54 MiB / 9.54 MiB = 4.65 %"));
        QCOMPARE(join.fields[1].text, QStringLiteral("391 MiB / 391 MiB = 61.4 %"));
        QVERIFY(join.growth.startsWith(QStringLiteral("+381 MiB")));
        QCOMPARE(join.growthSign, 1);
        bool shrinks = false;
        for (const EdgeContent& edge : content.edges) shrinks = shrinks || edge.growthSign < 0;
        QVERIFY(shrinks);
        const QString tip =
            boxToolTip(*shown.scene.picture(), shown.scene.boxOf(maker.line(kJoin, 93)).value(), maker.line(kJoin, 93));
        QVERIFY(tip.contains(QString::fromStdString(kJoin + ":93 (join_orders)")));
    }

    void saysWhatFailedAndTriesAgain() {
        Shown shown;
        FlowMaker maker = pipeline();
        QSignalSpy settled(&shown.view, &InstantView::settled);
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("background work failed")));
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("background work failed")));
        shown.store.change([](ViewState& state) { state.flow.minNodeFraction = 2; });  // no fraction
        QVERIFY(shown.show(maker.result()));
        QCOMPARE(settled.size(), 1);  // whoever waits to export is not left waiting, and told why
        QVERIFY2(shown.view.problem().contains(QStringLiteral("fractions between 0 and 1")),
                 qPrintable(shown.view.problem()));
        QVERIFY(shown.message.text().contains(QStringLiteral("fractions between 0 and 1")));
        auto& retry = shown.child<QPushButton>("flowRetry");
        QVERIFY(retry.isVisible());
        QTest::mouseClick(&retry, Qt::LeftButton);
        QVERIFY(shown.settle());
        QVERIFY(retry.isVisible());
        shown.store.change([](ViewState& state) { state.flow.minNodeFraction = 0.01; });
        QVERIFY(shown.settle());
        QVERIFY(shown.canvas.isVisible());
        QVERIFY(shown.view.problem().isEmpty());
        QCOMPARE(shown.scene.boxCount(), std::size_t{11});
    }

    void thePageHoldsTheWholeGraph() {
        Shown shown;
        FlowMaker maker = pipeline();
        QVERIFY(shown.show(maker.result()));
        shown.canvas.zoomAbout(5, QPointF(100, 100));  // what is scrolled away is on the page all the same
        shown.hover(shown.onScreen(shown.canvas.visibleRect().center()));
        for (const double scale : {0.5, 1.0, 3.0}) {
            const QImage image = page(shown.view, scale);
            const QColor window = shown.view.palette().color(QPalette::Window);
            int fields = 0;
            QCOMPARE(image.pixelColor(image.width() - 2, image.height() - 2), window);
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x) fields += image.pixelColor(x, y).saturation() > 120 ? 1 : 0;
            QVERIFY(fields > 0.02 * image.width() * image.height());
        }
    }
};

int main(int argc, char** argv) {
    if (argc > 1 && qstrcmp(argv[1], "--layout") == 0) return runLayoutHelper();
    QApplication app(argc, argv);
    QApplication::setDoubleClickInterval(1);  // two quick clicks are two clicks; double clicks are asked for
    FlowGraphTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "flow_graph_test.moc"
