// The flat tables of the trace browser: printed and compared.
#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QScrollBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTreeView>
#include <filesystem>
#include <fstream>

#include "gui/common/elided_label.h"
#include "gui/source/source_lines.h"
#include "gui/traces/stack_pane.h"
#include "gui/traces/usage_table_model.h"
#include "tests/gui/browser_stage.h"

namespace heapprof::gui {
namespace {

class TraceTablesTest : public QObject {
    Q_OBJECT

private slots:
    void linesAreSortedByCumulative();
    void numbersSortAsNumbers();
    void searchAndCopy();
    void columnsCanBeHidden();
    void columnsFitIntoTheTable();
    void columnsWithoutRoomGo_untilTheUserWantsThem();
    void treesHideTheIntervalsOfExactAmounts();
    void placesAreRelativeToTheProgramsDirectory();
    void callersAndCallees();
    void tracesShowTheirStack();
    void tracesAreThoseThroughAMatch();
    void tablesGoToTheMatch();
    void sourceLinesAreBounded();
    void differences();
};

void TraceTablesTest::linesAreSortedByCumulative() {
    Example example;
    BrowserStage stage(example.made.result());
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
    QCOMPARE(stage.view<QLabel>("tableSummary")->text(), QStringLiteral("5 of 5"));
    QVERIFY(table->model()->index(0, 4).data(HeatRole).toDouble() > 0.99);
}

void TraceTablesTest::numbersSortAsNumbers() {
    Example example;
    BrowserStage stage(example.made.result());
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

void TraceTablesTest::searchAndCopy() {
    Example example;
    BrowserStage stage(example.made.result());
    auto* table = stage.view<QTableView>("linesTable");
    QAbstractItemModelTester tester(table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    stage.search("LOAD.py");
    QCOMPARE(printed(*table->model(), {0}), QStringLiteral("load\nparse\n"));
    QCOMPARE(stage.view<QLabel>("tableSummary")->text(), QStringLiteral("2 of 5"));
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
    stage.search("nothing like it");
    QCOMPARE(table->model()->rowCount(), 0);
    QVERIFY(stage.view<QLabel>("linesTableEmpty")->isVisible());
    stage.search("");
    // Fields with commas and quotes are quoted.
    stage.open(Traces);
    auto* traces = stage.view<QTableView>("tracesTable");
    traces->selectRow(0);
    traces->findChild<QAction*>(QStringLiteral("copyCsv"))->trigger();
    QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("\"Worker, \"\"one\"\"\"")));
}

void TraceTablesTest::columnsCanBeHidden() {
    Example example;
    BrowserStage stage(example.made.result());
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

void TraceTablesTest::columnsFitIntoTheTable() {
    Example example;
    BrowserStage stage(example.made.result());
    for (const auto& [tab, name] :
         {std::pair(Lines, "linesTable"), {TopDown, "topDownTree"}, {Traces, "tracesTable"}}) {
        stage.browser.resize(1500, 500);
        stage.open(tab);
        auto* view = stage.view<QAbstractItemView>(name);
        auto* table = qobject_cast<QTableView*>(view);
        const QHeaderView* header = table ? table->horizontalHeader() : qobject_cast<QTreeView*>(view)->header();
        for (const int width : {1500, 1000, 800, 660, 1500}) {
            stage.browser.resize(width, 500);
            QTRY_COMPARE(header->length(), view->viewport()->width());
            for (int i = 0; i < header->count(); ++i) {
                if (header->isSectionHidden(i)) continue;
                const QString title = view->model()->headerData(i, Qt::Horizontal).toString();
                QVERIFY2(header->sectionSize(i) > view->fontMetrics().horizontalAdvance(title), qPrintable(title));
                // Numbers are never cut.
                const QString cell = view->model()->index(0, i).data().toString();
                if (i > 1)
                    QVERIFY2(header->sectionSize(i) > view->fontMetrics().horizontalAdvance(cell), qPrintable(cell));
            }
        }
    }
}

void TraceTablesTest::columnsWithoutRoomGo_untilTheUserWantsThem() {
    Example example;
    BrowserStage stage(example.made.result());
    auto* header = stage.view<QTableView>("linesTable")->horizontalHeader();
    constexpr int kInterval = 5, kBlocks = 6;
    QVERIFY(!header->isSectionHidden(kBlocks));
    stage.browser.resize(640, 500);
    QTRY_VERIFY(header->isSectionHidden(kBlocks));
    QVERIFY(!header->isSectionHidden(kInterval));
    stage.browser.resize(520, 500);
    QTRY_VERIFY(header->isSectionHidden(kBlocks) && header->isSectionHidden(kInterval));
    QVERIFY(stage.browser.columns().isEmpty());  // that is no arrangement of the user's
    stage.browser.resize(1000, 500);
    QTRY_VERIFY(!header->isSectionHidden(kBlocks) && !header->isSectionHidden(kInterval));

    // What the user wants to see stays, also where there is no room for it, and comes back with the arrangement.
    stage.browser.resize(640, 500);
    QTRY_VERIFY(header->isSectionHidden(kBlocks));
    emit header->customContextMenuRequested({5, 5});
    header->findChild<QMenu*>(QStringLiteral("columnMenu"))->actions()[kBlocks]->trigger();
    QTRY_VERIFY(header->isSectionHidden(kInterval));  // which has to go instead
    QVERIFY(!header->isSectionHidden(kBlocks));
    stage.browser.resize(400, 500);
    QCoreApplication::processEvents();
    QVERIFY(!header->isSectionHidden(kBlocks));
    BrowserStage other(example.made.result());
    other.browser.arrangeColumns(stage.browser.columns());
    other.browser.resize(400, 500);
    QCoreApplication::processEvents();
    QVERIFY(!other.view<QTableView>("linesTable")->isColumnHidden(kBlocks));
}

void TraceTablesTest::treesHideTheIntervalsOfExactAmounts() {
    Example example;
    BrowserStage stage(example.made.result());
    stage.open(TopDown);
    QVERIFY(!stage.view<QTreeView>("topDownTree")->isColumnHidden(4));
    MadeCapture made;
    made.setUsage(made.trace({made.frame({"/app/main.py", "main", 5})}), 1 << 20, 10);
    stage.show(made.result());
    QVERIFY(stage.view<QTreeView>("topDownTree")->isColumnHidden(4));
    QVERIFY(!stage.view<QTreeView>("topDownTree")->isColumnHidden(3));
}

void TraceTablesTest::placesAreRelativeToTheProgramsDirectory() {
    Example example;
    const auto result = example.made.result();
    auto info = std::make_shared<CaptureInfo>(*result->info);
    info->metadata.process.emplace().workingDirectory = "/app";
    auto placed = std::make_shared<InstantResult>();
    placed->info = info;
    placed->shown = result->shown;
    BrowserStage stage(placed);
    const auto& model = *stage.view<QTableView>("linesTable")->model();
    const QModelIndex place = model.index(0, 1);
    QCOMPARE(place.data().toString(), QStringLiteral("main.py:5"));
    QCOMPARE(place.data(RawRole).toString(), QStringLiteral("/app/main.py:5"));
    QVERIFY(place.data(Qt::ToolTipRole).toString().contains(QStringLiteral("/app/main.py:5")));
    QStringList all;
    for (int row = 0; row < model.rowCount(); ++row) all << model.index(row, 1).data().toString();
    QVERIFY(all.contains(QStringLiteral("/usr/lib/python3.11/json/decoder.py:40")));
}

void TraceTablesTest::callersAndCallees() {
    Example example;
    BrowserStage stage(example.made.result());
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

void TraceTablesTest::tracesShowTheirStack() {
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
    BrowserStage stage(made.result());
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
    QVERIFY(stage.view<ElidedLabel>("stackTitle")->text().contains(QStringLiteral("without a Python stack")));
    // The trace stays selected at the next instant.
    stage.show(made.result());
    QCOMPARE(table->currentIndex().row(), 2);
}

void TraceTablesTest::tracesAreThoseThroughAMatch() {
    Example example;
    BrowserStage stage(example.made.result());
    stage.open(Traces);
    stage.search("load.py:20");
    auto* table = stage.view<QTableView>("tracesTable");
    QCOMPARE(printed(*table->model(), {0, 2}), QStringLiteral("decode | 3.00 MiB\nload | 1.00 MiB\n"));
    QCOMPARE(stage.view<QLabel>("tableSummary")->text(), QStringLiteral("2 of 4"));
    // That is the amount that the search says, whatever the table.
    QCOMPARE(example.made.result()->search("load.py:20")->usage.bytes, std::int64_t{4} << 20);
    // Who calls a line is another question: the search hides nothing of the answer.
    stage.selectElsewhere(example.line(example.load));
    stage.open(CallersCallees);
    QCOMPARE(printed(*stage.view<QTableView>("callersTable")->model(), {0}), QStringLiteral("main\n"));
}

void TraceTablesTest::tablesGoToTheMatch() {
    MadeCapture made;
    std::vector<FrameIndex> frames;
    const FrameIndex main = made.frame({"/a/main.py", "main", 1});
    for (std::uint32_t i = 0; i < 200; ++i) {
        frames.push_back(made.frame({"/a/many.py", "many", i + 2}));
        made.setUsage(made.trace({main, frames.back()}), 100'000 - i);
    }
    BrowserStage stage(made.result());
    stage.search("many");
    auto* table = stage.view<QTableView>("linesTable");
    QCOMPARE(table->model()->rowCount(), 200);
    const LineIndex last = made.traces().lineOf(frames[180]);
    const auto isInSight = [](QAbstractItemView* view, const QModelIndex& index) {
        return view->viewport()->rect().contains(view->visualRect(index).center());
    };
    QVERIFY(!isInSight(table, table->model()->index(180, 0)));
    const auto goTo = [&](LineIndex line) {
        stage.store.adjust([line](ViewState& state) { state.search.at = line; });
        stage.settle();
    };
    goTo(last);
    QVERIFY(isInSight(table, table->model()->index(180, 0)));
    QVERIFY(table->model()->index(180, 0).data(Qt::BackgroundRole).isValid());
    QVERIFY(!table->model()->index(179, 0).data(Qt::BackgroundRole).isValid());
    QVERIFY(!stage.store.state().selectedLine);  // searching selects nothing
    stage.open(TopDown);
    auto* tree = stage.view<QTreeView>("topDownTree");
    goTo(made.traces().lineOf(frames[120]));
    QVERIFY(isInSight(tree, tree->model()->index(120, 0, tree->model()->index(0, 0))));
}

void TraceTablesTest::sourceLinesAreBounded() {
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

void TraceTablesTest::differences() {
    Example example;
    const Snapshot before = example.made.snapshot(Micros(1));
    example.made.setUsage(example.parsed, 1 << 20, 10);
    example.made.setUsage(example.saved, 2 << 20, 20);
    BrowserStage stage(example.made.differenceFrom(before));
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

}  // namespace
}  // namespace heapprof::gui

using heapprof::gui::TraceTablesTest;
QTEST_MAIN(TraceTablesTest)
#include "trace_tables_test.moc"
