// The trace browser: its models printed and compared, and the widget as a user drives it.
#include "gui/traces/trace_browser.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QSignalSpy>
#include <QSvgGenerator>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>
#include <filesystem>
#include <fstream>

#include "gui/source/source_lines.h"
#include "gui/traces/call_tree_model.h"
#include "gui/traces/stack_pane.h"
#include "gui/traces/usage_table_model.h"
#include "tests/gui/made_results.h"

namespace heapprof::gui {
namespace {

enum Tab { Lines, TopDown, BottomUp, CallersCallees, Traces };

struct Stage {
    Stage() {
        browser.resize(1000, 500);
        browser.show();
    }
    explicit Stage(std::shared_ptr<const InstantResult> result) : Stage() { show(std::move(result)); }
    void show(std::shared_ptr<const InstantResult> result) {
        browser.showResult(std::move(result));
        settle();
    }
    void settle() {
        QTRY_VERIFY_WITH_TIMEOUT(!browser.isBusy(), 20000);
        QCoreApplication::processEvents();
    }
    void open(Tab tab) {
        auto* bar = browser.findChild<QTabBar*>();
        QTest::mouseClick(bar, Qt::LeftButton, {}, bar->tabRect(tab).center());
        settle();
    }
    template <typename View>
    View* view(const char* name) {
        return browser.findChild<View*>(QString::fromLatin1(name));
    }
    void click(QAbstractItemView* view, const QModelIndex& index) {
        view->scrollTo(index);
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(index).center());
        settle();
    }
    void filter(const char* table, const char* text) {
        view<QLineEdit>(table)->setText(QString::fromLatin1(text));
        settle();
    }
    void selectElsewhere(LineIndex line) {
        store.change([line](ViewState& state) { state.selectedLine = line; });
        settle();
    }

    ViewStateStore store;
    TraceBrowser browser{store};
};

/// Column `column` of the whole model, one row per line, children indented.
QString printed(const QAbstractItemModel& model, QList<int> columns, const QModelIndex& parent = {}, int indent = 0) {
    QString text;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        text += QString(indent * 2, QLatin1Char(' '));
        for (const int column : columns) {
            if (column != columns.first()) text += QStringLiteral(" | ");
            text += model.index(row, column, parent).data().toString();
        }
        text += QLatin1Char('\n') + printed(model, columns, model.index(row, 0, parent), indent + 1);
    }
    return text;
}

struct Example {
    Example() {
        main = made.frame({"/app/main.py", "main", 5});
        load = made.frame({"/app/load.py", "load", 20});
        parse = made.frame({"/app/load.py", "parse", 30});
        decode = made.frame({"/usr/lib/python3.11/json/decoder.py", "decode", 40});
        save = made.frame({"/app/save.py", "save", 50});
        worker = made.thread("Worker, \"one\"");
        parsed = made.trace({main, load, parse, decode}, worker.value);
        made.setUsage(parsed, 3 << 20, 30, 1 << 18);
        loaded = made.trace({main, load});
        made.setUsage(loaded, 1 << 20, 10);
        saved = made.trace({main, save});
        made.setUsage(saved, 9 << 10, 2000);
        made.setUsage(made.trace({}), 1 << 10, 1);
    }
    LineIndex line(FrameIndex frame) { return made.traces().lineOf(frame); }

    MadeCapture made;
    FrameIndex main, load, parse, decode, save;
    ThreadIndex worker;
    TraceIndex parsed, loaded, saved;
};

class TraceBrowserTest : public QObject {
    Q_OBJECT

private slots:
    void linesAreSortedByCumulative();
    void numbersSortAsNumbers();
    void filterAndCopy();
    void columnsCanBeHidden();
    void treesStandAsExpected();
    void chainsAreFlat();
    void treeIsTheTreeWhateverTheOrder();
    void treeFilterKeepsTheWay();
    void groupingIsRespected();
    void callersAndCallees();
    void tracesShowTheirStack();
    void sourceLinesAreBounded();
    void clickingSelectsAndFollowingDoesNot();
    void keysAreOneStepOfHistory();
    void expandedNodesSurvive();
    void differences();
    void untrustedText();
    void emptyResults();
    void lateResultsAreDropped();
    void deepRecursionDoesNotHang();
    void aMillionNodesDoNotHang();
    void pageListsLines();
};

void TraceBrowserTest::linesAreSortedByCumulative() {
    Example example;
    Stage stage(example.made.result());
    auto* table = stage.view<QTableView>("linesTable");
    QAbstractItemModelTester tester(table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(
        printed(*table->model(), {0, 1, 2, 3, 5, 6}),
        QStringLiteral("main | /app/main.py:5 | 0 B | 4.01 MiB | 3.55 to 4.53 MiB | 2,040\n"
                       "load | /app/load.py:20 | 1.00 MiB | 4.00 MiB | 3.54 to 4.52 MiB | 40\n"
                       "parse | /app/load.py:30 | 0 B | 3.00 MiB | 2.55 to 3.53 MiB | 30\n"
                       "decode | /usr/lib/python3.11/json/decoder.py:40 | 3.00 MiB | 3.00 MiB | 2.55 to 3.53 MiB | 30\n"
                       "save | /app/save.py:50 | 9.00 KiB | 9.00 KiB |  | 2,000\n"));
    QCOMPARE(table->model()->index(4, 3).data(Qt::ToolTipRole).toString(), QStringLiteral("9,216 bytes"));
    QCOMPARE(stage.view<QLabel>("linesTableCount")->text(), QStringLiteral("5 of 5"));
    QVERIFY(table->model()->index(0, 4).data(HeatRole).toDouble() > 0.99);
}

void TraceBrowserTest::numbersSortAsNumbers() {
    Example example;
    Stage stage(example.made.result());
    auto* table = stage.view<QTableView>("linesTable");
    QAbstractItemModelTester tester(table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    auto* header = table->horizontalHeader();
    const auto clickHeader = [&](int column) {
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                          {header->sectionViewportPosition(column) + 12, header->height() / 2});
        stage.settle();
    };
    clickHeader(6);
    clickHeader(6);
    if (header->sortIndicatorOrder() == Qt::AscendingOrder) clickHeader(6);
    QCOMPARE(printed(*table->model(), {6}), QStringLiteral("2,040\n2,000\n40\n30\n30\n"));
    clickHeader(6);
    QCOMPARE(printed(*table->model(), {6}), QStringLiteral("30\n30\n40\n2,000\n2,040\n"));
    clickHeader(0);
    if (header->sortIndicatorOrder() == Qt::DescendingOrder) clickHeader(0);
    QCOMPARE(printed(*table->model(), {0}), QStringLiteral("decode\nload\nmain\nparse\nsave\n"));
    // The order stays when the next instant comes.
    stage.show(example.made.result());
    QCOMPARE(printed(*table->model(), {0}), QStringLiteral("decode\nload\nmain\nparse\nsave\n"));
}

void TraceBrowserTest::filterAndCopy() {
    Example example;
    Stage stage(example.made.result());
    auto* table = stage.view<QTableView>("linesTable");
    QAbstractItemModelTester tester(table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    stage.filter("linesTableFilter", "LOAD.py");
    QCOMPARE(printed(*table->model(), {0}), QStringLiteral("load\nparse\n"));
    QCOMPARE(stage.view<QLabel>("linesTableCount")->text(), QStringLiteral("2 of 5"));
    table->setColumnHidden(4, true);
    table->setFocus();
    table->selectAll();
    QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
    const QMimeData* copied = QApplication::clipboard()->mimeData();
    QCOMPARE(copied->text(), QStringLiteral("Function\tLocation\tSelf\tCumulative\t95 % interval\tBlocks\n"
                                            "load\t/app/load.py:20\t1.00 MiB\t4.00 MiB\t3.54 to 4.52 MiB\t40\n"
                                            "parse\t/app/load.py:30\t0 B\t3.00 MiB\t2.55 to 3.53 MiB\t30"));
    QCOMPARE(QString::fromUtf8(copied->data(QStringLiteral("text/csv"))),
             QStringLiteral("Function,Location,Self,Cumulative,95 % interval,Blocks\r\n"
                            "load,/app/load.py:20,1048576,4194304,3710726 to 4740902,40\r\n"
                            "parse,/app/load.py:30,0,3145728,2671692 to 3703872,30\r\n"));
    stage.filter("linesTableFilter", "nothing like it");
    QCOMPARE(table->model()->rowCount(), 0);
    QVERIFY(stage.view<QLabel>("linesTableEmpty")->isVisible());
    // Fields with commas and quotes are quoted.
    stage.open(Traces);
    auto* traces = stage.view<QTableView>("tracesTable");
    traces->selectRow(0);
    traces->findChild<QAction*>(QStringLiteral("copyCsv"))->trigger();
    QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("\"Worker, \"\"one\"\"\"")));
}

void TraceBrowserTest::columnsCanBeHidden() {
    Example example;
    Stage stage(example.made.result());
    auto* header = stage.view<QTableView>("linesTable")->horizontalHeader();
    emit header->customContextMenuRequested({5, 5});
    auto* menu = header->findChild<QMenu*>(QStringLiteral("columnMenu"));
    QVERIFY(menu);
    QCOMPARE(menu->actions().size(), 7);
    for (QAction* each : menu->actions()) {
        if (each->isEnabled()) each->trigger();
    }
    menu->close();
    QTRY_VERIFY(!header->findChild<QMenu*>(QStringLiteral("columnMenu")));
    emit header->customContextMenuRequested({5, 5});
    menu = header->findChild<QMenu*>(QStringLiteral("columnMenu"));
    int shown = 0;
    for (int i = 0; i < 7; ++i) shown += !header->isSectionHidden(i);
    QVERIFY(shown <= 1);
    stage.show(example.made.result());  // still so at the next instant
    int after = 0;
    for (int i = 0; i < 7; ++i) after += !header->isSectionHidden(i);
    QCOMPARE(after, shown);
}

void TraceBrowserTest::treesStandAsExpected() {
    Example example;
    Stage stage(example.made.result());
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
    tree->sortByColumn(CallTreeModel::Blocks, Qt::DescendingOrder);
    stage.settle();
    QVERIFY(printed(*tree->model(), {0}).startsWith(QStringLiteral("main (main.py:5)\n  save (save.py:50)\n  load")));
}

void TraceBrowserTest::chainsAreFlat() {
    MadeCapture made;
    std::vector<FrameIndex> frames;
    for (std::uint32_t i = 0; i < 8; ++i) {
        frames.push_back(made.frame({"/a.py", std::string(1, static_cast<char>('a' + i)), i + 1}));
    }
    made.setUsage(made.trace({frames[0], frames[1], frames[2], frames[3], frames[4], frames[5]}), 50);
    made.setUsage(made.trace({frames[0], frames[1], frames[2], frames[6]}), 30);
    made.setUsage(made.trace({frames[0], frames[1], frames[2], frames[7]}), 20);
    Stage stage(made.result());
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

void TraceBrowserTest::treeIsTheTreeWhateverTheOrder() {
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
                TreeOrder{seed % 2 ? "row" : "", static_cast<TreeSort>(sort), seed % 3 != 0});
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

void TraceBrowserTest::treeFilterKeepsTheWay() {
    Example example;
    Stage stage(example.made.result());
    stage.open(TopDown);
    auto* tree = stage.view<QTreeView>("topDownTree");
    QAbstractItemModelTester tester(tree->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    stage.filter("topDownTreeFilter", "PARSE");
    QCOMPARE(printed(*tree->model(), {0}),
             QStringLiteral("main (main.py:5)\nload (load.py:20)\nparse (load.py:30)\ndecode (decoder.py:40)\n"));
    stage.filter("topDownTreeFilter", "save.py");
    QCOMPARE(printed(*tree->model(), {0}), QStringLiteral("main (main.py:5)\nsave (save.py:50)\n"));
    stage.filter("topDownTreeFilter", "xyz");
    QCOMPARE(tree->model()->rowCount(), 0);
    stage.filter("topDownTreeFilter", "");
    QCOMPARE(tree->model()->rowCount(), 2);
}

void TraceBrowserTest::groupingIsRespected() {
    Example example;
    CallTreeOptions options;
    options.grouping = Grouping::File;
    options.mergeRecursion = true;
    Stage stage(example.made.result(options));
    stage.open(BottomUp);
    QCOMPARE(printed(*stage.view<QTreeView>("bottomUpTree")->model(), {0}),
             QStringLiteral(
                 "decoder.py\n  load.py\n  main.py\nload.py\n  main.py\nsave.py\n  main.py\n(no Python stack)\n"));
    // A line selected elsewhere marks the group that holds it.
    stage.selectElsewhere(example.line(example.parse));
    QCOMPARE(stage.view<QTreeView>("bottomUpTree")->currentIndex().data().toString(), QStringLiteral("load.py"));
}

void TraceBrowserTest::callersAndCallees() {
    Example example;
    Stage stage(example.made.result());
    stage.open(CallersCallees);
    auto* callers = stage.view<QTableView>("callersTable");
    auto* callees = stage.view<QTableView>("calleesTable");
    QAbstractItemModelTester a(callers->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QAbstractItemModelTester b(callees->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(stage.view<QLabel>("callersTableEmpty")->isVisible());
    stage.selectElsewhere(example.line(example.load));
    QCOMPARE(stage.view<QLabel>("callersTableTitle")->text(), QStringLiteral("Callers of /app/load.py:20"));
    QCOMPARE(printed(*callers->model(), {0, 2}), QStringLiteral("main | 4.00 MiB\n"));
    QCOMPARE(printed(*callees->model(), {0, 2}), QStringLiteral("parse | 3.00 MiB\n"));
    // Going on from here takes Enter or a double click; a single click leaves the page as it is.
    stage.click(callees, callees->model()->index(0, 0));
    QCOMPARE(stage.store.state().selectedLine, std::optional(example.line(example.load)));
    QTest::keyClick(callees, Qt::Key_Return);
    stage.settle();
    QCOMPARE(stage.store.state().selectedLine, std::optional(example.line(example.parse)));
    QCOMPARE(printed(*callees->model(), {0, 2}), QStringLiteral("decode | 3.00 MiB\n"));
}

void TraceBrowserTest::tracesShowTheirStack() {
    QTemporaryDir directory;
    const std::string file = directory.filePath(QStringLiteral("job.py")).toStdString();
    std::ofstream(file) << "import os\n\n    data = [bytes(10)]  \nrun()\n";
    MadeCapture made;
    const FrameIndex run = made.frame({file, "<module>", 4}), data = made.frame({file, "run", 3}),
                     gone = made.frame({file, "run", 99}), frozen = made.frame({"<string>", "load", 1});
    const ThreadIndex thread = made.thread("MainThread");
    made.setUsage(made.trace({frozen, run, data}, thread.value), 5000, 5);
    made.setUsage(made.trace({run, gone}), 4000, 4);
    made.setUsage(made.trace({}), 300, 3);
    Stage stage(made.result());
    stage.open(Traces);
    auto* table = stage.view<QTableView>("tracesTable");
    auto* stack = stage.view<QTableView>("stackTable");
    QAbstractItemModelTester a(table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QAbstractItemModelTester b(stack->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(printed(*table->model(), {0, 2, 5, 6, 7}), QStringLiteral("run | 4.88 KiB | 5 | MainThread | 1\n"
                                                                       "run | 3.91 KiB | 4 |  | 2\n"
                                                                       "(no Python stack) | 300 B | 3 |  | 3\n"));
    stage.click(table, table->model()->index(0, 0));
    QCOMPARE(printed(*stack->model(), {0, 1, 2}), QStringLiteral("run | job.py:3 | data = [bytes(10)]\n"
                                                                 "<module> | job.py:4 | run()\n"
                                                                 "load | <string>:1 | \n"));
    QCOMPARE(stage.store.state().selectedLine, std::optional(made.traces().lineOf(data)));
    // Another frame of this stack selects its line, and the trace stays.
    stage.click(stack, stack->model()->index(1, 0));
    QCOMPARE(stage.store.state().selectedLine, std::optional(made.traces().lineOf(run)));
    QCOMPARE(table->currentIndex().row(), 0);
    QCOMPARE(stack->model()->rowCount(), 3);
    stage.click(table, table->model()->index(1, 0));
    QCOMPARE(printed(*stack->model(), {1, 2}), QStringLiteral("job.py:99 | \njob.py:4 | run()\n"));
    stage.click(table, table->model()->index(2, 0));
    QCOMPARE(stack->model()->rowCount(), 0);
    QVERIFY(stage.view<QLabel>("stackTitle")->text().contains(QStringLiteral("without a Python stack")));
    // The trace stays selected at the next instant.
    stage.show(made.result());
    QCOMPARE(table->currentIndex().row(), 2);
}

void TraceBrowserTest::sourceLinesAreBounded() {
    QTemporaryDir directory;
    const std::filesystem::path base(directory.path().toStdString());
    std::ofstream(base / "big.py") << std::string(5u << 20, 'x');
    std::ofstream(base / "long.py") << std::string(100'000, 'y') << "\nsecond\n";
    std::ofstream(base / "odd.py") << "a\x01\xff z\r\nno end";
    std::filesystem::create_directory(base / "folder.py");
    const auto read = [&](const std::string& file, std::uint32_t line) {
        return readSourceLines({{{file, base.string()}, line}})[0];
    };
    QCOMPARE(read("long.py", 1).size(), std::size_t{400});
    QCOMPARE(read("long.py", 2), std::string("second"));
    QCOMPARE(read((base / "long.py").string(), 2), std::string("second"));
    QCOMPARE(read("odd.py", 2), std::string("no end"));
    QVERIFY(read("odd.py", 1).find('\x01') == std::string::npos);
    for (const char* file : {"big.py", "folder.py", "missing.py", "/dev/zero", "", "<string>"})
        QVERIFY(read(file, 1).empty());
    QVERIFY(read("odd.py", 3).empty() && read("odd.py", 0).empty());
    const SourceQuery longer{"long.py", base.string()}, odd{"odd.py", base.string()};
    const auto twice = readSourceLines({{longer, 2}, {odd, 2}, {longer, 2}});
    QCOMPARE(twice, (std::vector<std::string>{"second", "no end", "second"}));
}

void TraceBrowserTest::clickingSelectsAndFollowingDoesNot() {
    Example example;
    Stage stage(example.made.result());
    auto* table = stage.view<QTableView>("linesTable");
    QSignalSpy changes(&stage.store, &ViewStateStore::changed);
    stage.click(table, table->model()->index(3, 3));
    QCOMPARE(stage.store.state().selectedLine, std::optional(example.line(example.decode)));
    QCOMPARE(changes.size(), 1);
    stage.selectElsewhere(example.line(example.save));
    QCOMPARE(table->currentIndex().row(), 4);
    QVERIFY(table->selectionModel()->isRowSelected(4) && !table->selectionModel()->isRowSelected(3));
    QCOMPARE(changes.size(), 2);
    // A tab that is opened later shows it too, and so does one that is sorted anew.
    stage.open(TopDown);
    auto* tree = stage.view<QTreeView>("topDownTree");
    QCOMPARE(tree->currentIndex().data().toString(), QStringLiteral("save (save.py:50)"));
    stage.selectElsewhere(example.line(example.decode));
    QCOMPARE(tree->currentIndex().data().toString(), QStringLiteral("decode (decoder.py:40)"));
    QVERIFY(tree->viewport()->rect().contains(tree->visualRect(tree->currentIndex()).center()));
    tree->sortByColumn(0, Qt::AscendingOrder);
    stage.settle();
    QCOMPARE(tree->currentIndex().data().toString(), QStringLiteral("decode (decoder.py:40)"));
    QCOMPARE(changes.size(), 3);
    stage.click(tree, tree->model()->index(1, 0));
    QCOMPARE(stage.store.state().selectedLine, std::optional(example.line(example.main)));
    stage.open(Traces);
    stage.selectElsewhere(example.line(example.load));
    QCOMPARE(stage.view<QTableView>("tracesTable")->currentIndex().row(), 1);
    stage.store.change([](ViewState& state) { state.selectedLine.reset(); });
    stage.settle();
    QVERIFY(!table->currentIndex().isValid());
    stage.store.back();
    stage.settle();
    QCOMPARE(table->currentIndex().row(), 1);
}

void TraceBrowserTest::keysAreOneStepOfHistory() {
    Example example;
    Stage stage(example.made.result());
    auto* table = stage.view<QTableView>("linesTable");
    stage.click(table, table->model()->index(0, 0));
    table->setFocus();
    for (int i = 0; i < 3; ++i) QTest::keyClick(table, Qt::Key_Down);
    QCOMPARE(stage.store.state().selectedLine, std::optional(example.line(example.decode)));
    stage.store.back();
    QCOMPARE(stage.store.state().selectedLine, std::optional(example.line(example.main)));
    QCOMPARE(table->currentIndex().row(), 0);
    stage.store.back();
    QVERIFY(!stage.store.state().selectedLine);
}

void TraceBrowserTest::expandedNodesSurvive() {
    Example example;
    Stage stage(example.made.result());
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

void TraceBrowserTest::differences() {
    Example example;
    const Snapshot before = example.made.snapshot(Micros(1));
    example.made.setUsage(example.parsed, 1 << 20, 10);
    example.made.setUsage(example.saved, 2 << 20, 20);
    Stage stage(example.made.differenceFrom(before));
    auto* lines = stage.view<QTableView>("linesTable")->model();
    QCOMPARE(printed(*lines, {0, 3, 6}).section(QLatin1Char('\n'), 0, 1),
             QStringLiteral("load | -2.00 MiB | -20\nparse | -2.00 MiB | -20"));
    for (int row = 0; row < lines->rowCount(); ++row) {
        const auto colour = lines->index(row, 3).data(Qt::ForegroundRole).value<QColor>();
        const bool shrank = lines->index(row, 3).data().toString().startsWith(QLatin1Char('-'));
        QVERIFY(shrank ? colour.blue() > colour.red() : colour.red() > colour.blue());
        QCOMPARE(lines->index(row, 4).data(HeatRole).toDouble() < 0, shrank);
    }
    stage.selectElsewhere(example.line(example.main));
    stage.open(CallersCallees);
    QVERIFY(printed(*stage.view<QTableView>("calleesTable")->model(), {0, 2})
                .contains(QStringLiteral("load | -2.00 MiB\n")));
    QVERIFY(printed(*stage.view<QTableView>("calleesTable")->model(), {0, 2})
                .contains(QStringLiteral("save | +1.99 MiB\n")));
}

void TraceBrowserTest::untrustedText() {
    MadeCapture made;
    made.setUsage(made.trace({made.frame({"/a/<img src=x>\n\x02\xfe.py", "<b>f</b>", 3})}), 100);
    Stage stage(made.result());
    const QModelIndex location = stage.view<QTableView>("linesTable")->model()->index(0, 1);
    QVERIFY(!location.data().toString().contains(QLatin1Char('\n')));
    QVERIFY(location.data().toString().contains(QStringLiteral("<img")));
    QVERIFY(location.data(Qt::ToolTipRole).toString().contains(QStringLiteral("&lt;img")));
    stage.open(TopDown);
    const QModelIndex name = stage.view<QTreeView>("topDownTree")->model()->index(0, 0);
    QVERIFY(name.data(Qt::ToolTipRole).toString().contains(QStringLiteral("&lt;b&gt;")));
    stage.browser.grab();
}

void TraceBrowserTest::emptyResults() {
    Stage stage;
    for (const auto& result : {std::shared_ptr<const InstantResult>(), MadeCapture().result()}) {
        stage.show(result);
        for (const Tab tab : {TopDown, BottomUp, CallersCallees, Traces, Lines}) {
            stage.open(tab);
            stage.browser.grab();
        }
        QVERIFY(stage.view<QLabel>("linesTableEmpty")->isVisible());
        QVERIFY(!stage.view<QLabel>("linesTableEmpty")->text().isEmpty());
        stage.filter("linesTableFilter", "x");
        stage.filter("topDownTreeFilter", "x");
        QVERIFY(stage.browser.pageSize().isValid());
        QImage image(stage.browser.pageSize().toSize(), QImage::Format_RGB32);
        QPainter painter(&image);
        stage.browser.drawPage(painter, image.size());
    }
    Example example;
    stage.filter("linesTableFilter", "");
    stage.show(example.made.result());
    QVERIFY(!stage.view<QLabel>("linesTableEmpty")->isVisible());
    stage.show(nullptr);
    QCOMPARE(stage.view<QTableView>("linesTable")->model()->rowCount(), 0);
}

void TraceBrowserTest::lateResultsAreDropped() {
    Example example;
    Stage stage;
    const auto big = makeBigCapture(200'000).result();
    stage.open(BottomUp);
    QSignalSpy settled(&stage.browser, &InstantView::settled);
    stage.browser.showResult(big);
    stage.browser.showResult(example.made.result());
    stage.settle();
    auto* model = stage.view<QTreeView>("bottomUpTree")->model();
    QCOMPARE(model->rowCount(), 4);
    QTest::qWait(300);
    QCOMPARE(model->rowCount(), 4);
    QVERIFY(!settled.isEmpty());
    stage.browser.showResult(big);  // and the browser may go while work is under way
}

void TraceBrowserTest::deepRecursionDoesNotHang() {
    MadeCapture made;
    const FrameIndex dive = made.frame({"/a/deep.py", "dive", 7}), bottom = made.frame({"/a/deep.py", "bottom", 9});
    std::vector<FrameIndex> stack(5000, dive);
    made.setUsage(made.trace(stack), 1 << 20);
    stack.back() = bottom;
    made.setUsage(made.trace(stack), 1 << 10);
    QElapsedTimer timer;
    timer.start();
    Stage stage(made.result());
    for (const Tab tab : {TopDown, BottomUp, Traces}) {
        stage.open(tab);
        stage.selectElsewhere(made.traces().lineOf(tab == TopDown ? bottom : dive));
        stage.browser.grab();
    }
    QVERIFY2(timer.elapsed() < 20000, qPrintable(QString::number(timer.elapsed())));
}

void TraceBrowserTest::aMillionNodesDoNotHang() {
    const auto result = makeBigCapture(1'000'000).result();
    Stage stage;
    QElapsedTimer timer;
    timer.start();
    stage.browser.showResult(result);
    const qint64 blocked = timer.elapsed();
    stage.settle();
    for (const Tab tab : {TopDown, Traces, BottomUp}) {
        QElapsedTimer opening;
        opening.start();
        stage.open(tab);
        stage.browser.grab();
        qInfo("tab %d: %lld ms", int{tab}, opening.elapsed());
    }
    stage.filter("bottomUpTreeFilter", "function17");
    stage.view<QTreeView>("bottomUpTree")->sortByColumn(CallTreeModel::Blocks, Qt::DescendingOrder);
    stage.settle();
    QVERIFY(blocked < 200);
    QVERIFY2(timer.elapsed() < 60000, qPrintable(QString::number(timer.elapsed())));
}

void TraceBrowserTest::pageListsLines() {
    Stage stage(makeSampleCapture().result());
    const QSizeF size = stage.browser.pageSize();
    QImage image(size.toSize(), QImage::Format_RGB32);
    QPainter painter(&image);
    stage.browser.drawPage(painter, size);
    painter.end();
    QCOMPARE(image.pixelColor(2, 2), stage.browser.palette().color(QPalette::Base));
    QCOMPARE(image.pixelColor(image.width() - 3, image.height() - 3), stage.browser.palette().color(QPalette::Base));
    int inked = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) inked += image.pixelColor(x, y).lightness() < 100;
    }
    QVERIFY(inked > 5000);

    // Text stays text in an SVG file: every line with its 95 % interval.
    QBuffer file;
    file.open(QIODevice::WriteOnly);
    QSvgGenerator svg;
    svg.setOutputDevice(&file);
    painter.begin(&svg);
    stage.browser.drawPage(painter, size);
    painter.end();
    const QString drawn = QString::fromUtf8(file.data());
    auto* table = stage.view<QTableView>("linesTable");
    for (int row = 0; row < 10; ++row) {
        const QString interval = table->model()->index(row, 5).data().toString();
        QVERIFY2(interval.contains(QStringLiteral(" to ")) && drawn.contains(interval), qPrintable(interval));
    }
}

}  // namespace
}  // namespace heapprof::gui

using heapprof::gui::TraceBrowserTest;
QTEST_MAIN(TraceBrowserTest)
#include "trace_browser_test.moc"
