// The trace browser as a user drives it, and what results it can be given.
#include <QBuffer>
#include <QImage>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QSignalSpy>
#include <QSvgGenerator>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>
#include <QTreeView>

#include "gui/traces/call_tree_model.h"
#include "tests/gui/browser_stage.h"

namespace heapprof::gui {
namespace {

class TraceBrowserTest : public QObject {
    Q_OBJECT

private slots:
    void clickingSelectsAndFollowingDoesNot();
    void keysAreOneStepOfHistory();
    void untrustedText();
    void emptyResults();
    void lateResultsAreDropped();
    void deepRecursionIsShown();
    void aMillionNodesAreMadeElsewhere();
    void pageListsLines();
    void tabsWithoutRoomStandInAMenu();
};

void TraceBrowserTest::clickingSelectsAndFollowingDoesNot() {
    Example example;
    BrowserStage stage(example.made.result());
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
    BrowserStage stage(example.made.result());
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

void TraceBrowserTest::untrustedText() {
    MadeCapture made;
    made.setUsage(made.trace({made.frame({"/a/<img src=x>\n\x02\xfe.py", "<b>f</b>", 3})}), 100);
    BrowserStage stage(made.result());
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
    BrowserStage stage;
    for (const auto& result : {std::shared_ptr<const InstantResult>(), MadeCapture().result()}) {
        stage.show(result);
        for (const Tab tab : {TopDown, BottomUp, CallersCallees, Traces, Lines}) {
            stage.open(tab);
            stage.browser.grab();
        }
        QVERIFY(stage.view<QLabel>("linesTableEmpty")->isVisible());
        QVERIFY(!stage.view<QLabel>("linesTableEmpty")->text().isEmpty());
        stage.search("x");
        QVERIFY(stage.browser.pageSize().isValid());
        QImage image(stage.browser.pageSize().toSize(), QImage::Format_RGB32);
        QPainter painter(&image);
        stage.browser.drawPage(painter, image.size());
    }
    Example example;
    stage.search("");
    stage.show(example.made.result());
    QVERIFY(!stage.view<QLabel>("linesTableEmpty")->isVisible());
    stage.show(nullptr);
    QCOMPARE(stage.view<QTableView>("linesTable")->model()->rowCount(), 0);
}

void TraceBrowserTest::lateResultsAreDropped() {
    Example example;
    BrowserStage stage;
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

void TraceBrowserTest::deepRecursionIsShown() {
    MadeCapture made;
    const FrameIndex dive = made.frame({"/a/deep.py", "dive", 7}), bottom = made.frame({"/a/deep.py", "bottom", 9});
    std::vector<FrameIndex> stack(5000, dive);
    made.setUsage(made.trace(stack), 1 << 20);
    stack.back() = bottom;
    made.setUsage(made.trace(stack), 1 << 10);
    BrowserStage stage(made.result());
    for (const Tab tab : {TopDown, BottomUp, Traces}) {
        stage.open(tab);
        stage.selectElsewhere(made.traces().lineOf(tab == TopDown ? bottom : dive));
        stage.browser.grab();
        QVERIFY(!stage.browser.outdated());
    }
}

void TraceBrowserTest::aMillionNodesAreMadeElsewhere() {
    const auto result = makeBigCapture(1'000'000).result();
    BrowserStage stage;
    stage.browser.showResult(result);
    auto* lines = stage.view<QTableView>("linesTable")->model();
    QVERIFY(stage.browser.isBusy() && lines->rowCount() == 0);  // nothing of it was done here
    stage.settle();
    QCOMPARE(lines->rowCount(), 2000);
    for (const Tab tab : {TopDown, Traces, BottomUp}) {
        stage.open(tab);
        stage.browser.grab();
        QCOMPARE(stage.browser.outdated(), nullptr);
    }
    auto* tree = stage.view<QTreeView>("bottomUpTree");
    const int all = tree->model()->rowCount();
    stage.store.change([](ViewState& state) { state.search.text = "function17"; });
    QVERIFY(stage.browser.isBusy() && tree->model()->rowCount() == all);
    stage.settle();
    QVERIFY(tree->model()->rowCount() > 0 && tree->model()->rowCount() <= all);
    tree->sortByColumn(CallTreeModel::Other, Qt::DescendingOrder);
    stage.settle();
}

void TraceBrowserTest::pageListsLines() {
    BrowserStage stage(makeSampleCapture().result());
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

void TraceBrowserTest::tabsWithoutRoomStandInAMenu() {
    Example example;
    BrowserStage stage(example.made.result());
    auto* tabs = stage.view<QTabWidget>("traceTabs");
    auto* more = stage.view<QToolButton>("moreTabs");
    const auto shown = [&] {
        QStringList texts;
        for (int tab = 0; tab < tabs->count(); ++tab)
            if (tabs->isTabVisible(tab)) texts << tabs->tabText(tab);
        return texts;
    };
    QVERIFY(!more->isVisible());
    QCOMPARE(shown().size(), 10);
    stage.browser.resize(600, 400);
    QTRY_VERIFY(more->isVisible());
    const QStringList some = shown();
    QVERIFY(some.size() > 3 && some.size() < 10 && some.first() == QStringLiteral("Lines"));
    QCOMPARE(more->text(), QStringLiteral("%1 more").arg(10 - some.size()));
    QCoreApplication::processEvents();
    for (int tab = 0; tab < tabs->count(); ++tab)  // none is cut
        if (tabs->isTabVisible(tab)) QVERIFY(tabs->tabBar()->rect().contains(tabs->tabBar()->tabRect(tab)));
    for (const auto* arrow : tabs->tabBar()->findChildren<QToolButton*>()) QVERIFY(!arrow->isVisible());

    emit more->menu()->aboutToShow();
    QCOMPARE(more->menu()->actions().size(), 10 - some.size());
    QCOMPARE(more->menu()->actions().last()->text(), QStringLiteral("Source"));
    more->menu()->actions().last()->trigger();
    QCOMPARE(stage.browser.currentTab(), QStringLiteral("Source"));
    QCOMPARE(shown().last(), QStringLiteral("Source"));
    QCOMPARE(shown().first(), QStringLiteral("Lines"));
    stage.browser.chooseTab(QStringLiteral("Growth"));  // as a capture that was left there does
    QCOMPARE(stage.browser.currentTab(), QStringLiteral("Growth"));
    QVERIFY(shown().contains(QStringLiteral("Growth")) && !shown().contains(QStringLiteral("Source")));
    stage.browser.resize(1000, 400);
    QTRY_COMPARE(shown().size(), 10);
    QVERIFY(!more->isVisible());
}

}  // namespace
}  // namespace heapprof::gui

using heapprof::gui::TraceBrowserTest;
QTEST_MAIN(TraceBrowserTest)
#include "trace_browser_test.moc"
