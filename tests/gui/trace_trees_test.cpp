// The trees of the trace browser: printed and compared.
#include <QAbstractItemModelTester>
#include <QTreeView>
#include <functional>

#include "gui/traces/call_tree_model.h"
#include "tests/gui/browser_stage.h"

namespace heapprof::gui {
namespace {

class TraceTreesTest : public QObject {
    Q_OBJECT

private slots:
    void treesStandAsExpected();
    void chainsAreFlat();
    void treeIsTheTreeWhateverTheOrder();
    void treeSearchKeepsTheWay();
    void groupingIsRespected();
    void expandedNodesSurvive();
};

void TraceTreesTest::treesStandAsExpected() {
    Example example;
    BrowserStage stage(example.made.result());
    stage.open(TopDown);
    auto* tree = stage.view<QTreeView>("topDownTree");
    QAbstractItemModelTester tester(tree->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(printed(*tree->model(), {0, 1, 3}), QStringLiteral("main (main.py:5) | 4.01 MiB | 0 B\n"
                                                                "  load (load.py:20) | 4.00 MiB | 1.00 MiB\n"
                                                                "    parse (load.py:30) | 3.00 MiB | 0 B\n"
                                                                "    decode (decoder.py:40) | 3.00 MiB | 3.00 MiB\n"
                                                                "  save (save.py:50) | 9.00 KiB | 9.00 KiB\n"
                                                                "(no Python stack) | 1.00 KiB | 1.00 KiB\n"));
    stage.open(BottomUp);
    auto* up = stage.view<QTreeView>("bottomUpTree");
    QAbstractItemModelTester upTester(up->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(printed(*up->model(), {0, 1}), QStringLiteral("decode (decoder.py:40) | 3.00 MiB\n"
                                                           "  parse (load.py:30) | 3.00 MiB\n"
                                                           "  load (load.py:20) | 3.00 MiB\n"
                                                           "  main (main.py:5) | 3.00 MiB\n"
                                                           "load (load.py:20) | 1.00 MiB\n"
                                                           "  main (main.py:5) | 1.00 MiB\n"
                                                           "save (save.py:50) | 9.00 KiB\n"
                                                           "  main (main.py:5) | 9.00 KiB\n"
                                                           "(no Python stack) | 1.00 KiB\n"));
    // With a result that is bottom-up itself, both still stand the right way round.
    CallTreeOptions options;
    options.bottomUp = true;
    stage.show(example.made.result(options));
    QVERIFY(printed(*up->model(), {0}).startsWith(QStringLiteral("decode (decoder.py:40)\n")));
    stage.open(TopDown);
    QVERIFY(printed(*tree->model(), {0}).startsWith(QStringLiteral("main (main.py:5)\n")));
    // Another order, of siblings.
    tree->sortByColumn(CallTreeModel::Other, Qt::DescendingOrder);
    stage.settle();
    QVERIFY(printed(*tree->model(), {0}).startsWith(QStringLiteral("main (main.py:5)\n  save (save.py:50)\n  load")));
}

void TraceTreesTest::chainsAreFlat() {
    MadeCapture made;
    std::vector<FrameIndex> frames;
    for (std::uint32_t i = 0; i < 8; ++i) {
        frames.push_back(made.frame({"/a.py", std::string(1, static_cast<char>('a' + i)), i + 1}));
    }
    made.setUsage(made.trace({frames[0], frames[1], frames[2], frames[3], frames[4], frames[5]}), 50);
    made.setUsage(made.trace({frames[0], frames[1], frames[2], frames[6]}), 30);
    made.setUsage(made.trace({frames[0], frames[1], frames[2], frames[7]}), 20);
    BrowserStage stage(made.result());
    stage.open(TopDown);
    auto* tree = stage.view<QTreeView>("topDownTree");
    QAbstractItemModelTester tester(tree->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(printed(*tree->model(), {0}), QStringLiteral("a (a.py:1)\n"
                                                          "b (a.py:2)\n"
                                                          "c (a.py:3)\n"
                                                          "  d (a.py:4)\n"
                                                          "    e (a.py:5)\n"
                                                          "    f (a.py:6)\n"
                                                          "  g (a.py:7)\n"
                                                          "  h (a.py:8)\n"));
}

void TraceTreesTest::treeIsTheTreeWhateverTheOrder() {
    // Every node stands exactly once, below a holder that is above it in the call tree, and indices lead back.
    std::mt19937 random(3);
    for (unsigned seed = 0; seed < 6; ++seed) {
        const auto result = makeSampleCapture(seed, 60).result();
        for (int sort = 0; sort < 5; ++sort) {
            ShownTree shown;
            shown.result = result;
            shown.tree = std::shared_ptr<const CallTree>(result, &result->tree());
            shown.rows = std::make_shared<const TreeRows>(
                shown.tree, result->traces(),
                TreeOrder{seed % 2 ? result->search("row") : nullptr, static_cast<TreeSort>(sort), seed % 3 != 0});
            CallTreeModel model;
            model.setTree(shown);
            QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
            std::vector<int> seen(shown.tree->nodes.size(), 0);
            const std::function<void(const QModelIndex&)> visit = [&](const QModelIndex& parent) {
                for (int row = 0; row < model.rowCount(parent); ++row) {
                    const QModelIndex index = model.index(row, 0, parent);
                    const std::uint32_t node = model.node(index);
                    ++seen[node];
                    QCOMPARE(index, model.indexOf(node));
                    QCOMPARE(index.parent(), parent);
                    std::uint32_t above = shown.tree->nodes[node].parent;
                    const std::uint32_t holder = parent.isValid() ? model.node(parent) : 0;
                    while (above != holder && above != 0) above = shown.tree->nodes[above].parent;
                    QCOMPARE(above, holder);
                    visit(index);
                }
            };
            visit({});
            for (std::uint32_t node = 1; node < seen.size(); ++node) QCOMPARE(seen[node], int{shown.rows->has(node)});
        }
    }
}

void TraceTreesTest::treeSearchKeepsTheWay() {
    Example example;
    BrowserStage stage(example.made.result());
    stage.open(TopDown);
    auto* tree = stage.view<QTreeView>("topDownTree");
    QAbstractItemModelTester tester(tree->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    stage.search("PARSE");
    QCOMPARE(printed(*tree->model(), {0}),
             QStringLiteral("main (main.py:5)\nload (load.py:20)\nparse (load.py:30)\ndecode (decoder.py:40)\n"));
    const auto isLit = [](const QModelIndex& index) { return index.data(Qt::BackgroundRole).isValid(); };
    QVERIFY(isLit(tree->model()->index(2, 0)) && !isLit(tree->model()->index(1, 0)));
    stage.search("save.py");
    QCOMPARE(printed(*tree->model(), {0}), QStringLiteral("main (main.py:5)\nsave (save.py:50)\n"));
    stage.search("xyz");
    QCOMPARE(tree->model()->rowCount(), 0);
    stage.search("");
    QCOMPARE(tree->model()->rowCount(), 2);
}

void TraceTreesTest::groupingIsRespected() {
    Example example;
    CallTreeOptions options;
    options.grouping = Grouping::File;
    options.mergeRecursion = true;
    BrowserStage stage(example.made.result(options));
    stage.open(BottomUp);
    QCOMPARE(printed(*stage.view<QTreeView>("bottomUpTree")->model(), {0}),
             QStringLiteral(
                 "decoder.py\n  load.py\n  main.py\nload.py\n  main.py\nsave.py\n  main.py\n(no Python stack)\n"));
    // A line selected elsewhere marks the group that holds it.
    stage.selectElsewhere(example.line(example.parse));
    QCOMPARE(stage.view<QTreeView>("bottomUpTree")->currentIndex().data().toString(), QStringLiteral("load.py"));
}

void TraceTreesTest::expandedNodesSurvive() {
    Example example;
    BrowserStage stage(example.made.result());
    stage.open(TopDown);
    auto* tree = stage.view<QTreeView>("topDownTree");
    tree->expand(tree->model()->index(0, 0));
    tree->expand(tree->model()->index(0, 0, tree->model()->index(0, 0)));
    example.made.setUsage(example.saved, 8 << 20, 5);  // now the siblings stand the other way round
    stage.show(example.made.result());
    const QModelIndex main = tree->model()->index(0, 0);
    QVERIFY(tree->isExpanded(main));
    QCOMPARE(tree->model()->index(1, 0, main).data().toString(), QStringLiteral("load (load.py:20)"));
    QVERIFY(tree->isExpanded(tree->model()->index(1, 0, main)));
}

}  // namespace
}  // namespace heapprof::gui

using heapprof::gui::TraceTreesTest;
QTEST_MAIN(TraceTreesTest)
#include "trace_trees_test.moc"
