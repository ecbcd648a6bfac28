// What graphs the flow graph view can be given: none, huge ones, cycles, hostile names. This program plays the layout
// helper when it is started with --layout.
#include <QApplication>
#include <QBuffer>
#include <QSvgGenerator>
#include <QSvgRenderer>
#include <QTest>

#include "gui/flowgraph/layout_helper.h"
#include "tests/gui/shown_flow_graph.h"

using namespace heapprof;
using namespace heapprof::gui;
using namespace heapprof::gui::test;

class FlowExtremesTest : public QObject {
    Q_OBJECT

private slots:
    void saysWhyThereIsNothingToDraw() {
        Shown shown;
        FlowMaker nothing;
        QVERIFY(shown.show(nothing.result()));
        QVERIFY(shown.message.text().contains(QStringLiteral("alive")));
        FlowMaker noStack;
        noStack.add({}, {1000});
        QVERIFY(shown.show(noStack.result()));
        QVERIFY(shown.message.text().contains(QStringLiteral("No Python stack")));
        FlowMaker scattered;
        for (std::uint32_t i = 1; i <= 300; ++i) scattered.add({{"a.py", i, "f"}}, {100});
        QVERIFY(shown.show(scattered.result()));
        QVERIFY2(shown.message.text().contains(QStringLiteral("All 300 lines are smaller than 1.00 %")),
                 qPrintable(shown.message.text()));
        QVERIFY(!shown.child<QPushButton>("flowRetry").isVisible());
    }

    void drawsTwoHundredBoxesOfATangle() {
        Shown shown;
        FlowMaker maker = tangle(600, 6000);
        shown.store.change([](ViewState& state) {
            state.flow.minNodeFraction = 0;
            state.flow.minEdgeFraction = 0.04;
            state.flow.collapse = false;
        });
        QVERIFY(shown.show(maker.result()));
        QVERIFY2(shown.canvas.isVisible(), qPrintable(shown.message.text()));
        QCOMPARE(shown.scene.boxCount(), std::size_t{201});  // and the others
        QVERIFY(shown.note.text().contains(QStringLiteral("400 smaller lines hidden")));
    }

    void drawsAGraphOfThousandsOfCalls() {
        Shown shown;
        FlowMaker maker = thicket(200, 4000);
        shown.store.change([](ViewState& state) { state.flow.minNodeFraction = state.flow.minEdgeFraction = 0; });
        QVERIFY(shown.show(maker.result()));
        QVERIFY2(shown.canvas.isVisible(), qPrintable(shown.message.text()));
        const FlowDiagram& diagram = shown.scene.picture()->diagram;
        QCOMPARE(diagram.boxes.size(), std::size_t{200});
        QCOMPARE(diagram.edges.size(), FlowGraphOptions().maxEdges);
        QVERIFY(diagram.hiddenEdges > 3000);
        QVERIFY(shown.note.text().contains(QStringLiteral("%L1 smaller calls hidden").arg(diagram.hiddenEdges)));
    }

    void recursionAndCycles() {
        Shown shown;
        FlowMaker maker;
        const FlowMaker::Call a{"a.py", 1, "a"}, b{"b.py", 2, "b"}, c{"c.py", 3, "c"};
        maker.add({a, a, a}, {1000});
        maker.add({a, b, c, a, b, c}, {2000});
        maker.add({c, b, a}, {500});
        for (const bool collapse : {true, false}) {
            shown.store.change([&](ViewState& state) { state.flow.collapse = collapse; });
            QVERIFY(shown.show(maker.result()));
            QVERIFY(shown.canvas.isVisible());
            for (std::size_t box = 0; box < shown.scene.boxCount(); ++box) {
                shown.scene.setHovered(box);
                shown.doubleClick(shown.onScreen(shown.scene.boxRect(box).center()));
                QTest::keyClick(&shown.canvas, Qt::Key_Escape);
            }
        }
        FlowMaker ring;  // nothing but a ring
        ring.add({b, c, b, c}, {700});
        QVERIFY(shown.show(ring.result()));
        QVERIFY(shown.canvas.isVisible());
    }

    void hostileNames() {
        Shown shown;
        FlowMaker maker;
        const std::string utf8 = "\xF0\x9F\x90\x8D \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xE6\x97\xA5\xE6\x9C\xAC";
        const std::vector<std::string> names{"quote\".py",
                                             "back\\slash\\",
                                             "new\nline.py",
                                             utf8 + ".py",
                                             "<b>bold</b>.py",
                                             "</TD></TABLE>> ]; n0 -> n1",
                                             std::string("nul\0inside", 10),
                                             "\xff\xfe broken",
                                             "/" + std::string(5000, 'x') + ".py",
                                             "%1 %n $HOME `id`",
                                             "",
                                             "/",
                                             std::string("\x1b[31m\r\t"),
                                             "&amp;&#60;"};
        std::uint32_t number = 0;
        for (const std::string& name : names)
            maker.add({{"main.py", 1, "main"},
                       {name, ++number, name},
                       {"/dir" + name + "/" + name, 4'000'000'000u + number, name}},
                      {1000});
        QVERIFY(shown.show(maker.result()));
        QVERIFY2(shown.canvas.isVisible(), qPrintable(shown.message.text()));
        const DiagramContent content = makeContent(*shown.scene.picture(), shown.view.font());
        for (const BoxContent& box : content.boxes) {
            QVERIFY(box.size.width() < 1400);
            for (const BoxContent::Row& row : box.rows)
                for (const QString& cell : {row.place, row.function, row.directory})
                    for (const QChar c : cell) QVERIFY(c >= QLatin1Char(' ') && c != QLatin1Char('\n'));
        }
        shown.store.change([](ViewState& state) { state.search.text = "</td>"; });
        QVERIFY(shown.settle());
        QCOMPARE(shown.scene.matches().size(), std::size_t{1});
        QBuffer svg;
        QVERIFY(svg.open(QIODevice::WriteOnly));
        {
            QSvgGenerator generator;
            generator.setOutputDevice(&svg);
            generator.setResolution(96);
            generator.setSize(shown.view.pageSize().toSize());
            QPainter painter(&generator);
            shown.view.drawPage(painter, shown.view.pageSize());
        }
        QVERIFY(QSvgRenderer(svg.data()).isValid());
    }

    void aLongRunIsShownByItsEnds() {
        Shown shown;
        FlowMaker maker;
        std::vector<FlowMaker::Call> stack;
        for (std::uint32_t i = 1; i <= 120; ++i) stack.push_back({"deep.py", i, "f"});
        maker.add(stack, {1000});
        QVERIFY(shown.show(maker.result()));
        QCOMPARE(shown.scene.boxCount(), std::size_t{1});
        QVERIFY(shown.scene.boxRect(0).height() < 600);
        shown.store.change([&](ViewState& state) { state.selectedLine = maker.line("deep.py", 60); });
        QVERIFY(shown.scene.boxLook(0).selected);
        shown.store.change([](ViewState& state) { state.search.text = "deep.py:77"; });
        QVERIFY(shown.settle());
        QCOMPARE(shown.scene.matches().size(), std::size_t{1});
    }

    void surviveItsEnd() {
        FlowMaker maker = tangle(200, 2000);
        const auto result = maker.result();
        for (int wait = 0; wait < 60; wait += 6) {
            Shown shown;
            shown.store.change([](ViewState& state) { state.flow.minNodeFraction = 0; });
            shown.view.showResult(result);
            QTest::qWait(wait);
        }
    }
};

int main(int argc, char** argv) {
    if (argc > 1 && qstrcmp(argv[1], "--layout") == 0) return runLayoutHelper();
    QApplication app(argc, argv);
    QApplication::setDoubleClickInterval(1);  // two quick clicks are two clicks; double clicks are asked for
    FlowExtremesTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "flow_extremes_test.moc"
