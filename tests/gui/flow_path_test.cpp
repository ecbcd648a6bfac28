// Ways through the flow graph: the root, what is in no other box, the heaviest path, callers and callees. This program
// plays the layout helper when it is started with --layout.
#include <QMenu>

#include "gui/flowgraph/flow_paths.h"
#include "gui/flowgraph/flow_tips.h"
#include "gui/flowgraph/layout_helper.h"
#include "gui/flowgraph/overview.h"
#include "tests/gui/shown_flow_graph.h"

using namespace heapprof;
using namespace heapprof::gui;
using namespace heapprof::gui::test;

namespace {

std::optional<std::size_t> boxOfKind(const FlowScene& scene, FlowDiagram::Kind kind) {
    for (std::size_t b = 0; b < scene.boxCount(); ++b)
        if (scene.picture()->diagram.boxes[b].kind == kind) return b;
    return {};
}

/// One great line, lines of 0.6, 0.4 and 0.1 %, and memory without a stack.
FlowMaker withSmallLines() {
    const FlowMaker::Call main{"main.py", 1, "main"};
    FlowMaker maker;
    maker.add({main}, {98'000});
    maker.add({main, {"small.py", 6, "f"}}, {600});
    maker.add({main, {"small.py", 4, "f"}}, {400});
    maker.add({main, {"small.py", 1, "f"}}, {100});
    maker.add({}, {900});
    return maker;
}

QMenu* menuAt(Shown& shown, const QPoint& at) {
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, shown.canvas.viewport()->mapToGlobal(at));
    QApplication::sendEvent(shown.canvas.viewport(), &event);
    return shown.view.findChild<QMenu*>(QStringLiteral("lineMenu"));
}

}  // namespace

class FlowPathTest : public QObject {
    Q_OBJECT

private slots:
    void doubleClickFocusesAndEscapeReturns() {
        Shown shown;
        FlowMaker maker = pipeline();
        QVERIFY(shown.show(maker.result()));
        shown.canvas.zoomAbout(1.3, QPointF(500, 300));
        const QRectF visible = shown.canvas.visibleRect();
        const LineIndex join = maker.line(kJoin, 93);
        shown.doubleClick(shown.row(join));
        QVERIFY(shown.scene.isFocused());
        QCOMPARE(shown.dimmed(), std::size_t{7});  // main, run, join:88 and join:93 stay bright
        QVERIFY(shown.canvas.visibleRect().contains(shown.scene.focusRect()));
        QVERIFY(shown.note.text().contains(QStringLiteral("Escape")));
        QTest::keyClick(&shown.canvas, Qt::Key_Escape);
        QVERIFY(!shown.scene.isFocused());
        QCOMPARE(shown.dimmed(), std::size_t{0});
        const QPointF drift = shown.canvas.visibleRect().center() - visible.center();
        QVERIFY(std::hypot(drift.x(), drift.y()) < 3);
        // The focused line may leave the picture.
        shown.doubleClick(shown.row(join));
        FlowMaker other = tangle(20, 100);
        QVERIFY(shown.show(other.result()));
        QCOMPARE(shown.dimmed(), std::size_t{0});
        QVERIFY(shown.canvas.isFitting());
    }

    void hoverLightsThePathBothWays() {
        Shown shown;
        FlowMaker maker = pipeline();
        QVERIFY(shown.show(maker.result()));
        shown.hover(shown.onScreen(shown.middle(maker.line(kParse, 58))));
        const auto lit = [&](const std::string& file, std::uint32_t line) {
            return shown.scene.boxLook(shown.scene.boxOf(maker.line(file, line)).value()).lit;
        };
        QVERIFY(lit(kMain, 41) && lit(kJoin, 88) && lit(kParse, 58) && lit(kParse, 61));
        QVERIFY(!lit(kJoin, 93));
        QVERIFY(!lit("/home/ada/src/aquarium/report.py", 17));
        shown.hover(QPoint(2, 2));
        QVERIFY(!lit(kMain, 41));
    }

    void arrowKeysWalkTheGraph() {
        Shown shown;
        FlowMaker maker = pipeline();
        QVERIFY(shown.show(maker.result()));
        shown.canvas.setFocus();
        const auto press = [&](Qt::Key key) {
            QTest::keyClick(&shown.canvas, key);
            return shown.store.state().selectedLine;
        };
        QCOMPARE(press(Qt::Key_Down), std::optional(maker.line(kMain, 41)));
        press(Qt::Key_Down);
        QCOMPARE(press(Qt::Key_Down), std::optional(maker.line(kJoin, 88)));
        QCOMPARE(press(Qt::Key_Down), std::optional(maker.line(kJoin, 93)));
        QCOMPARE(press(Qt::Key_Down), std::optional(maker.line(kJoin, 93)));
        QCOMPARE(press(Qt::Key_Up), std::optional(maker.line(kJoin, 88)));
        QTest::keyClick(&shown.canvas, Qt::Key_Return);
        QVERIFY(shown.scene.isFocused());
    }

    void menuPinsALine() {
        Shown shown;
        FlowMaker maker = pipeline();
        QVERIFY(shown.show(maker.result()));
        const QPoint at = shown.row(maker.line(kJoin, 93));
        for (const std::size_t pinned : {std::size_t{1}, std::size_t{0}}) {
            QContextMenuEvent event(QContextMenuEvent::Mouse, at, shown.canvas.viewport()->mapToGlobal(at));
            QApplication::sendEvent(shown.canvas.viewport(), &event);
            auto* menu = shown.view.findChild<QMenu*>(QStringLiteral("lineMenu"));
            QVERIFY(menu);
            menu->findChild<QAction*>(QStringLiteral("linePlot"))->trigger();
            menu->close();
            QTest::qWait(1);
            QCOMPARE(shown.store.state().pinnedLines.size(), pinned);
        }
    }

    void beginsReadablyWithTheGreatestBox() {
        Shown shown;
        FlowMaker maker = tangle(190, 2500);
        shown.store.change([](ViewState& state) { state.flow.minNodeFraction = 0; });
        QVERIFY(shown.show(maker.result()));
        const double letters = shown.scene.content().smallestLetters() * shown.canvas.zoom();
        QVERIFY2(letters > 8.999, qPrintable(QString::number(letters)));
        const QRectF greatest = shown.scene.boxRect(*greatestBox(shown.scene.picture()->diagram));
        QVERIFY(shown.canvas.visibleRect().intersects(greatest));
        QVERIFY(shown.view.findChild<Overview*>()->isVisible());  // for the rest
        QVERIFY(!shown.canvas.visibleRect().contains(shown.scene.graphRect()));
        // Who has asked for everything gets everything from then on.
        shown.canvas.fitAll();
        shown.view.resize(shown.view.size() * 0.8);
        QTRY_VERIFY(shown.canvas.visibleRect().contains(shown.scene.graphRect()));
    }

    void whatIsHiddenIsInOneBoxThatOpens() {
        Shown shown;
        FlowMaker maker = withSmallLines();
        QVERIFY(shown.show(maker.result()));
        const auto others = [&] { return boxOfKind(shown.scene, FlowDiagram::Kind::Other); };
        QVERIFY(others());
        const BoxContent& content = shown.scene.content().boxes[*others()];
        QCOMPARE(content.rows[0].place, QStringLiteral("other"));
        QCOMPARE(content.rows[1].place, QStringLiteral("3 smaller lines; without a stack"));
        QCOMPARE(content.fields[0].text, QStringLiteral("1.95 KiB = 2.00 %"));
        const QString tip = boxToolTip(*shown.scene.picture(), *others(), {});
        QVERIFY2(tip.contains(QStringLiteral("Without a Python stack: 900 B")), qPrintable(tip));
        QVERIFY2(tip.contains(QStringLiteral("from 0.50")), qPrintable(tip));

        // A click shows the greatest of them, then the next, in steps that can be taken back.
        const auto clickOthers = [&] {
            shown.click(shown.onScreen(shown.scene.boxRect(*others()).center()));
            QVERIFY(shown.settle());
        };
        clickOthers();
        QCOMPARE(shown.store.state().flow.minNodeFraction, 0.005);
        QVERIFY(shown.scene.boxOf(maker.line("small.py", 6)));
        QVERIFY(!shown.scene.boxOf(maker.line("small.py", 4)));
        QVERIFY(!shown.store.state().selectedLine);
        clickOthers();
        QVERIFY(shown.scene.boxOf(maker.line("small.py", 4)));
        clickOthers();
        QVERIFY(shown.scene.boxOf(maker.line("small.py", 1)));
        // What is left has no line to be shown.
        QCOMPARE(shown.scene.content().boxes[*others()].rows[1].place, QStringLiteral("without a Python stack"));
        const FlowGraphOptions options = shown.store.state().flow;
        clickOthers();
        QVERIFY(shown.store.state().flow == options);
        shown.doubleClick(shown.onScreen(shown.scene.boxRect(*others()).center()));
        QVERIFY(!shown.scene.isFocused());
        shown.store.back();
        QVERIFY(shown.settle());
        QVERIFY(!shown.scene.boxOf(maker.line("small.py", 1)));
    }

    void smallCallsToLonelyBoxesAreDotted() {
        Shown shown;
        const FlowMaker::Call main{"main.py", 1, "main"}, work{"work.py", 2, "work"}, log{"log.py", 3, "log"};
        FlowMaker maker;
        maker.add({main, work}, {97'000});
        maker.add({main, log}, {3'000});
        QVERIFY(shown.show(maker.result()));
        const FlowDiagram& diagram = shown.scene.picture()->diagram;
        QCOMPARE(diagram.edges.size(), std::size_t{1});
        const EdgeContent& edge = shown.scene.content().edges[0];
        QVERIFY(edge.isFaint);
        QCOMPARE(edge.label, QString());
        QCOMPARE(edge.width, 1.0);
        QVERIFY(edgeToolTip(*shown.scene.picture(), 0).contains(QStringLiteral("Dotted")));
        QVERIFY(shown.middle(maker.line("main.py", 1)).y() < shown.middle(maker.line("log.py", 3)).y());
        shown.doubleClick(shown.row(maker.line("log.py", 3)));  // its caller counts as one
        QCOMPARE(shown.dimmed(), std::size_t{0});
    }

    void severalEntriesHangOnTheTotal() {
        Shown shown;
        FlowMaker maker = twoBranches(600, 300);
        maker.add({{"worker.py", 7, "run"}}, {400 << 10});
        QVERIFY(shown.show(maker.result()));
        const auto root = boxOfKind(shown.scene, FlowDiagram::Kind::Total);
        QVERIFY(root);
        QCOMPARE(shown.scene.content().boxes[*root].rows[0].place, QStringLiteral("total"));
        QCOMPARE(shown.scene.content().boxes[*root].fields[0].text, QStringLiteral("1.27 MiB = 100.0 %"));
        QVERIFY(shown.scene.boxRect(*root).bottom() <
                shown.scene.boxRect(*shown.scene.boxOf(maker.line("main.py", 1))).top());
        // It is no line: nothing is selected, and the arrow keys go round it.
        shown.click(shown.onScreen(shown.scene.boxRect(*root).center()));
        QVERIFY(!shown.store.state().selectedLine);
        shown.doubleClick(shown.onScreen(shown.scene.boxRect(*root).center()));
        QVERIFY(!shown.scene.isFocused());
        shown.canvas.setFocus();
        for (const Qt::Key key : {Qt::Key_Down, Qt::Key_Up, Qt::Key_Up}) {
            QTest::keyClick(&shown.canvas, key);
            QCOMPARE(shown.store.state().selectedLine, std::optional(maker.line("main.py", 1)));
        }
        QVERIFY(!boxToolTip(*shown.scene.picture(), *root, {}).isEmpty());
    }

    void beginsWithWhatLeadsToTheGreatestBox() {
        Shown shown;
        shown.view.resize(700, 300);
        FlowMaker maker;
        const FlowMaker::Call shared{"shared.py", 99, "fill"};
        std::vector<FlowMaker::Call> calls;
        for (std::uint32_t i = 1; i <= 12; ++i) calls.push_back({"entry.py", i, "entry_with_a_long_name"});
        for (const FlowMaker::Call& call : calls) maker.add({call, shared}, {(call.line == 9 ? 3'000 : 1'000) << 10});
        QVERIFY(shown.show(maker.result()));
        const LineIndex greatest = maker.line("shared.py", 99), caller = maker.line("entry.py", 9);
        QCOMPARE(greatestBox(shown.scene.picture()->diagram), shown.scene.boxOf(greatest));
        const QRectF visible = shown.canvas.visibleRect();
        QVERIFY(!visible.contains(shown.scene.graphRect()));
        QVERIFY(visible.contains(shown.scene.boxRect(*shown.scene.boxOf(caller))));
    }

    void theFirstFitCutsNoBoxAtTheSides() {
        for (const int width : {700, 810, 900, 1000}) {
            Shown shown;
            shown.view.resize(width, 420);
            FlowMaker maker;
            const FlowMaker::Call main{"main.py", 1, "main"};
            for (std::uint32_t i = 1; i <= 14; ++i)
                maker.add({main, {"leaf.py", i, "leaf_with_a_long_name"}}, {(i == 6 ? 2'000 : 1'000) << 10});
            QVERIFY(shown.show(maker.result()));
            const QRectF visible = shown.canvas.visibleRect();
            QVERIFY(!visible.contains(shown.scene.graphRect()));
            QVERIFY(shown.canvas.zoom() >= shown.canvas.readableZoom() - 1e-9);
            const QRectF root = shown.scene.boxRect(*shown.scene.boxOf(maker.line("main.py", 1)));
            QVERIFY(visible.left() <= root.left() && visible.right() >= root.right());
            for (std::size_t box = 0; box < shown.scene.boxCount(); ++box) {
                const QRectF rect = shown.scene.boxRect(box);
                const bool isCut =
                    visible.intersects(rect) && (rect.left() < visible.left() || rect.right() > visible.right());
                QVERIFY2(!isCut, qPrintable(QStringLiteral("box %1 at width %2").arg(box).arg(width)));
            }
        }
    }

    void theHeaviestPathIsLitAndShown() {
        Shown shown;
        FlowMaker maker = pipeline(), later = pipeline(2);
        QVERIFY(shown.show(maker.result()));
        const std::vector<LineIndex> path{maker.line(kMain, 41), maker.line(kJoin, 88), maker.line(kJoin, 93)};
        const auto litCount = [&] {
            std::size_t count = 0;
            for (std::size_t b = 0; b < shown.scene.boxCount(); ++b) count += shown.scene.boxLook(b).lit ? 1 : 0;
            return count;
        };
        shown.canvas.zoomAbout(6, QPointF(10, 10));
        auto& button = shown.child<QToolButton>("flowHeaviest");
        QTest::mouseClick(&button, Qt::LeftButton);
        QCOMPARE(shown.store.state().selectedLine, std::optional(path.back()));
        for (const LineIndex line : path) QVERIFY(shown.scene.boxLook(*shown.scene.boxOf(line)).lit);
        QCOMPARE(litCount(), std::size_t{4});  // run.py:112 is between them
        QVERIFY(shown.canvas.visibleRect().contains(shown.scene.boxRect(*shown.scene.boxOf(path.back()))));
        QVERIFY(shown.canvas.zoom() >= shown.canvas.readableZoom() - 1e-9);
        // The mouse lights another way meanwhile; Escape ends it.
        shown.scene.setHovered(*shown.scene.boxOf(maker.line(kParse, 61)));
        QVERIFY(!shown.scene.boxLook(*shown.scene.boxOf(path.back())).lit);
        shown.scene.setHovered({});
        QVERIFY(shown.scene.boxLook(*shown.scene.boxOf(path.back())).lit);
        QTest::keyClick(&shown.canvas, Qt::Key_Escape);
        QCOMPARE(litCount(), std::size_t{0});
        // So does another selection.
        QTest::keyClick(&shown.canvas, Qt::Key_H);
        QCOMPARE(litCount(), std::size_t{4});
        shown.store.change([&](ViewState& state) { state.selectedLine = maker.line(kParse, 61); });
        QCOMPARE(litCount(), std::size_t{0});
    }

    void whatIsSelectedBeforeThereIsAPictureIsInSight() {
        FlowMaker maker = tangle(190, 2500);
        const auto result = maker.result();
        Shown first;
        QVERIFY(first.show(result));
        std::optional<LineIndex> far;
        for (std::size_t b = 0; b < first.scene.boxCount(); ++b)
            if (first.scene.isOfLines(b) && !first.canvas.visibleRect().intersects(first.scene.boxRect(b)))
                far = first.scene.picture()->diagram.boxes[b].lines.front();
        QVERIFY(far);
        Shown shown;
        shown.store.change([&](ViewState& state) { state.selectedLine = far; });
        QVERIFY(shown.show(result));
        QVERIFY(shown.isMiddle(*far));
    }

    void theHeaviestPathEndsWhereTheMemoryIs() {
        const FlowMaker::Call a{"a.py", 1, "a"}, b{"b.py", 2, "b"}, c{"c.py", 3, "c"}, d{"d.py", 4, "d"};
        FlowMaker maker;
        maker.add({a, b}, {500});  // b keeps more than it passes on
        maker.add({a, b, c}, {300});
        maker.add({a, d}, {400});
        maker.add({d, a}, {450});  // in a circle, and another entry
        const FlowPicture picture = makeFlowPicture(maker.result(), {});
        const std::vector<std::size_t> path = heaviestPath(picture.diagram);
        QCOMPARE(path.size(), std::size_t{2});
        QCOMPARE(picture.diagram.boxes[path[0]].lines, std::vector{maker.line("a.py", 1)});
        const std::vector<LineIndex> run{maker.line("b.py", 2), maker.line("c.py", 3)};
        QCOMPARE(picture.diagram.boxes[path[1]].lines, run);
        QCOMPARE(heaviestLine(picture.result->flow(), run), run[0]);
        QVERIFY(heaviestPath({}).empty());
    }

    void theMenuOffersThePath() {
        Shown shown;
        FlowMaker maker = withSmallLines();
        QVERIFY(shown.show(maker.result()));
        const auto trigger = [&](const QString& text) {
            QMenu* menu = menuAt(shown, QPoint(3, 3));  // the background
            QVERIFY(menu);
            for (QAction* action : menu->actions())
                if (action->text().remove(u'&') == text) action->trigger();
            menu->close();
            QTest::qWait(1);
        };
        trigger(QStringLiteral("Heaviest Path"));
        QCOMPARE(shown.store.state().selectedLine, std::optional(maker.line("main.py", 1)));
        QVERIFY(shown.scene.isPathLit());
        trigger(QStringLiteral("Show Smaller Lines"));
        QCOMPARE(shown.store.state().flow.minNodeFraction, 0.005);
    }
};

int main(int argc, char** argv) {
    if (argc > 1 && qstrcmp(argv[1], "--layout") == 0) return runLayoutHelper();
    QApplication app(argc, argv);
    QApplication::setDoubleClickInterval(1);  // two quick clicks are two clicks; double clicks are asked for
    FlowPathTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "flow_path_test.moc"
