// The flow graph from one instant to the next: what stays in place, and when it is laid out anew. This program plays
// the layout helper when it is started with --layout.
#include <QSignalSpy>
#include <QTimer>
#include <utility>

#include "gui/common/busy_overlay.h"
#include "gui/flowgraph/layout_helper.h"
#include "tests/gui/shown_flow_graph.h"

using namespace heapprof;
using namespace heapprof::gui;
using namespace heapprof::gui::test;

class FlowScrubbingTest : public QObject {
    Q_OBJECT

private slots:
    void cleanup() { LayoutProcess::setProgram(QString()); }

    void theBoxStaysWhereItWasAcrossInstants() {
        Shown shown;
        FlowMaker maker = pipeline(), later = pipeline(2);
        QVERIFY(shown.show(maker.result()));
        const LineIndex join = maker.line(kJoin, 93);
        shown.click(shown.row(join));
        shown.wheel(shown.onScreen(shown.middle(join)), 480);
        const QPoint before = shown.onScreen(shown.middle(join));
        const double zoom = shown.canvas.zoom();
        QVERIFY(shown.show(later.result()));
        QCOMPARE(shown.canvas.zoom(), zoom);
        const QPoint drift = shown.onScreen(shown.middle(join)) - before;
        QVERIFY2(drift.manhattanLength() <= 3, qPrintable(QString::number(drift.manhattanLength())));
    }

    void aNewerResultReplacesALayoutUnderWay() {
        Shown shown;
        FlowMaker small = pipeline(), large = tangle(200, 2000);
        shown.store.change([](ViewState& state) { state.flow.minNodeFraction = 0; });
        QVERIFY(shown.show(small.result()));
        QSignalSpy settled(&shown.view, &InstantView::settled);
        for (int round = 0; round < 5; ++round) {
            shown.view.showResult(large.result());
            QTest::qWait(12 * round);  // while it is prepared, then while it is laid out
            shown.view.showResult(small.result());
        }
        QVERIFY(shown.settle());
        QCOMPARE(shown.scene.boxCount(), std::size_t{11});
        QTest::qWait(200);
        QCOMPARE(shown.scene.boxCount(), std::size_t{11});
        QVERIFY(settled.size() >= 1);
        shown.view.showResult(large.result());
        shown.view.showResult(nullptr);
        QVERIFY(!shown.view.isBusy());
        QVERIFY(shown.message.isVisible());
    }

    void theOldPictureStaysCoveredUntilTheNewOneComes() {
        QTemporaryDir dir;
        const QString slow = slowHelper(dir, "0.6");
        Shown shown;
        FlowMaker maker = pipeline(), next = tangle(20, 100), compared = pipeline(2);
        QVERIFY(shown.show(maker.result()));
        LayoutProcess::setProgram(slow);
        shown.view.showResult(next.result());
        auto& overlay = shown.child<BusyOverlay>("flowOverlay");
        QTRY_VERIFY(overlay.isVisible());
        QCOMPARE(overlay.text(),
                 QStringLiteral("Laying out 12.345 s \u2026"));  // the same instant, drawn in another way
        shown.view.showResult(compared.result());
        QCOMPARE(overlay.text(), QStringLiteral("This is 12.345 s.\nLaying out from 12.345 s to 52.345 s \u2026"));
        QVERIFY(shown.note.text().contains(QStringLiteral("Live memory at 12.345 s")));
        QCOMPARE(shown.scene.boxCount(), std::size_t{11});
        QVERIFY(shown.canvas.isVisible());
        QCOMPARE(overlay.size(), shown.canvas.size());
        QVERIFY(shown.settle());
        QVERIFY(!overlay.isVisible());
        QVERIFY(shown.scene.picture()->isDifference());
        QVERIFY(shown.note.text().contains(QStringLiteral("52.345 s")));
    }

    void picturesComeWhileResultsKeepComing() {
        QTemporaryDir dir;
        LayoutProcess::setProgram(slowHelper(dir, "0.3"));
        Shown shown;
        FlowMaker small = pipeline(), other = tangle(20, 100);
        QTimer results;  // faster than the layouts, which are all needed
        int given = 0;
        connect(&results, &QTimer::timeout, this,
                [&] { shown.view.showResult(++given % 2 ? small.result() : other.result()); });
        results.start(30);
        const FlowPicture* last = nullptr;
        int pictures = 0;
        connect(&results, &QTimer::timeout, this,
                [&] { pictures += std::exchange(last, shown.scene.picture()) != shown.scene.picture() ? 1 : 0; });
        QTRY_VERIFY_WITH_TIMEOUT(pictures > 3, 20'000);
        results.stop();
        shown.view.showResult(small.result());
        QVERIFY(shown.settle());
        QCOMPARE(shown.scene.boxCount(), std::size_t{11});
    }

    void otherAmountsOfTheSameBoxesNeedNoLayout() {
        Shown shown;
        FlowMaker before = twoBranches(500, 400), after = twoBranches(520, 700);
        const LineIndex left = before.line("left.py", 2), right = before.line("right.py", 3);
        QVERIFY(shown.show(before.result()));
        const QRectF leftBox = shown.scene.boxRect(shown.scene.boxOf(left).value());
        shown.hover(shown.onScreen(shown.middle(left)));
        QVERIFY(shown.scene.boxLook(shown.scene.boxOf(left).value()).lit);
        const QImage picture = page(shown.view, 1);
        const QRectF visible = shown.canvas.visibleRect();

        LayoutProcess::setProgram(QStringLiteral("/no such program"));  // would be seen
        QVERIFY(shown.show(after.result()));
        QVERIFY(!shown.note.text().contains(QStringLiteral("layout")));
        QVERIFY(shown.note.text().contains(QStringLiteral("1.19 MiB")));
        QVERIFY(page(shown.view, 1) != picture);
        QCOMPARE(shown.scene.content().boxes[shown.scene.boxOf(right).value()].fields[0].text,
                 QStringLiteral("700 KiB / 700 KiB = 57.4 %"));
        QCOMPARE(shown.scene.boxRect(shown.scene.boxOf(left).value()), leftBox);
        QCOMPARE(shown.canvas.visibleRect(), visible);
        QVERIFY(shown.scene.boxLook(shown.scene.boxOf(left).value()).lit);  // as the mouse is still there

        shown.store.change([](ViewState& state) { state.flow.sizeBySelfUsage = false; });
        QVERIFY(shown.settle());
        QVERIFY(shown.note.text().contains(QStringLiteral("A simpler layout than usual")));
    }

    void someOfTheBoxesNeedNoLayout() {
        Shown shown;
        const FlowMaker::Call main{"main.py", 1, "main"};
        const auto make = [&](std::int64_t left, std::int64_t right) {
            FlowMaker maker = twoBranches(left, right);
            maker.add({main, {"third.py", 4, "third"}}, {300 << 10});
            return maker;
        };
        FlowMaker all = make(500, 400), some = make(500, 0);
        QVERIFY(shown.show(all.result()));
        const LineIndex left = all.line("left.py", 2), right = all.line("right.py", 3), third = all.line("third.py", 4);
        const auto rect = [&](LineIndex line) { return shown.scene.boxRect(shown.scene.boxOf(line).value()); };
        const QRectF leftBox = rect(left), rightBox = rect(right), thirdBox = rect(third);
        const QRectF visible = shown.canvas.visibleRect();
        shown.hover(shown.onScreen(shown.middle(third)));

        LayoutProcess::setProgram(QStringLiteral("/no such program"));  // would be seen
        for (int round = 0; round < 3; ++round) {
            QVERIFY(shown.show(some.result()));
            QVERIFY(!shown.scene.boxOf(right));
            QCOMPARE(rect(left), leftBox);
            QCOMPARE(rect(third), thirdBox);
            QVERIFY(shown.scene.boxLook(*shown.scene.boxOf(third)).lit);  // though it is another one in the list
            QVERIFY(!shown.scene.boxLook(*shown.scene.boxOf(left)).lit);
            QVERIFY(shown.show(all.result()));  // what was gone comes back to its place
            QCOMPARE(rect(right), rightBox);
            QCOMPARE(shown.canvas.visibleRect(), visible);
        }
        QVERIFY(!shown.note.text().contains(QStringLiteral("layout")));

        // An instant without memory is no reason to forget it.
        FlowMaker none = make(0, 0);
        auto empty = std::make_shared<InstantResult>(*none.result());
        empty->shown = std::make_shared<const Snapshot>();
        QVERIFY(shown.show(empty));
        QVERIFY(shown.message.isVisible());
        QVERIFY(shown.show(all.result()));
        QVERIFY(shown.canvas.isVisible());
        QCOMPARE(rect(right), rightBox);
        QVERIFY(!shown.note.text().contains(QStringLiteral("layout")));
        // Something that was not there before is.
        all.add({main, {"fourth.py", 5, "fourth"}}, {300 << 10});
        QVERIFY(shown.show(all.result()));
        QVERIFY(shown.note.text().contains(QStringLiteral("layout")));
    }

    void theCountsOfTheOthersFollow() {
        Shown shown;
        FlowMaker maker = pipeline(), later = pipeline();
        maker.add({{"/home/ada/small.py", 5, "tiny"}}, {10});
        maker.add({{"/home/ada/small.py", 6, "tiny"}}, {10});
        later.add({{"/home/ada/small.py", 5, "tiny"}}, {1'000});
        later.add({{"/home/ada/small.py", 6, "tiny"}}, {0});
        QVERIFY(shown.show(maker.result()));
        LayoutProcess::setProgram(QStringLiteral("/no such program"));
        QVERIFY(shown.show(later.result()));
        QVERIFY(!shown.note.text().contains(QStringLiteral("layout")));
        QCOMPARE(shown.scene.content().boxes.back().fields[0].text, QStringLiteral("0.98 KiB = 0.00 %"));
    }

    void theSelectedBoxStaysInSightInANewLayout() {
        Shown shown;
        FlowMaker maker = tangle(190, 2500);
        shown.store.change([](ViewState& state) { state.flow.minNodeFraction = 0; });
        QVERIFY(shown.show(maker.result()));
        QVERIFY(shown.canvas.isFitting());  // the user has not moved it
        LineIndex line;
        QPoint before;
        for (std::size_t b = 0; b < shown.scene.boxCount(); ++b) {
            line = shown.scene.picture()->diagram.boxes[b].lines.front();
            before = shown.onScreen(shown.middle(line));
            if (b > 20 && shown.canvas.viewport()->rect().contains(before)) break;
        }
        shown.click(shown.row(line));
        QCOMPARE(shown.store.state().selectedLine, std::optional(line));
        const QPointF place = shown.middle(line);
        shown.store.change([](ViewState& state) { state.flow.collapse = state.flow.sizeBySelfUsage = false; });
        QVERIFY(shown.settle());
        QVERIFY((shown.middle(line) - place).manhattanLength() > 50);
        const QPoint drift = shown.onScreen(shown.middle(line)) - before;
        QVERIFY2(drift.manhattanLength() <= 3, qPrintable(QString::number(drift.manhattanLength())));
    }

    void boxesGetTheirNewSizeLater() {
        Shown shown;
        FlowMaker before = twoBranches(990, 60), after = twoBranches(60, 990);
        const auto height = [&](const char* file, std::uint32_t line) {
            return shown.scene.boxRect(shown.scene.boxOf(before.line(file, line)).value()).height();
        };
        QVERIFY(shown.show(before.result()));
        const double large = height("left.py", 2), small = height("right.py", 3);
        QVERIFY(large > small);
        QVERIFY(shown.show(after.result()));
        QCOMPARE(height("left.py", 2), large);
        QTRY_COMPARE(height("right.py", 3), large);
        QCOMPARE(height("left.py", 2), small);
        QVERIFY(shown.settle());
    }

    void drawsSimplyWithoutTheHelper() {
        Shown shown;
        FlowMaker maker = pipeline();
        LayoutProcess::setProgram(QStringLiteral("/no such program"));
        QVERIFY(shown.show(maker.result()));
        QVERIFY(shown.canvas.isVisible());
        QCOMPARE(shown.scene.boxCount(), std::size_t{11});
        QVERIFY(shown.note.text().contains(QStringLiteral("A simpler layout than usual")));
        QVERIFY(shown.note.text().contains(QStringLiteral("cannot be started")));
        QVERIFY(shown.view.problem().isEmpty());
        LayoutProcess::setProgram(QString());
        QVERIFY(shown.show(maker.result()));  // the same again: its layout is made better a little later
        QTRY_VERIFY(!shown.note.text().contains(QStringLiteral("layout")));
    }
};

int main(int argc, char** argv) {
    if (argc > 1 && qstrcmp(argv[1], "--layout") == 0) return runLayoutHelper();
    QApplication app(argc, argv);
    QApplication::setDoubleClickInterval(1);  // two quick clicks are two clicks; double clicks are asked for
    FlowScrubbingTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "flow_scrubbing_test.moc"
