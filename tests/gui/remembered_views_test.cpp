// How a capture was left is how it is shown again: by the window, across windows, and never at any price.
#include "gui/window/remembered_views.h"

#include <QAction>
#include <QDockWidget>
#include <QFile>
#include <QHeaderView>
#include <QMouseEvent>
#include <QTabWidget>
#include <QTableView>
#include <QTreeView>

#include "gui/flamegraph/flame_canvas.h"
#include "gui/state/view_state_json.h"
#include "gui/traces/call_tree_model.h"
#include "tests/gui/window_test.h"

namespace heapprof::gui {

class RememberedViewsTest : public test::WindowTest {
    Q_OBJECT

private slots:
    void initTestCase() { prepare(); }
    void init() {
        makeWindow();
        open(m_folder / "program");
    }
    void cleanup() { m_window.reset(); }

    void whatWasShownIsShownAgain() {
        arrangeMuch();
        const ViewState left = m_window->store().state();
        const PlotRange::Span inSight = m_window->views().timePlot().visible();
        QTest::qWait(200);  // panes come to rest
        const int tablesHeight = tables()->height();
        openAgain();
        QCOMPARE(m_window->store().state(), left);
        QVERIFY(!m_window->store().canGoBack());  // it is where the user begins
        QTRY_VERIFY_WITH_TIMEOUT(m_window->views().result() && m_window->views().result()->isOf(left), kPatience);
        QCOMPARE(m_window->views().timePlot().visible(), inSight);
        QTRY_COMPARE_WITH_TIMEOUT(m_window->views().timePlot().result()->begin, inSight.begin, kPatience);
        QCOMPARE(m_window->views().picture(), ExportView::Parts);
        QCOMPARE(m_window->views().table(), QStringLiteral("Traces"));
        QTRY_VERIFY2(std::abs(tables()->height() - tablesHeight) <= tablesHeight / 10,
                     qPrintable(QStringLiteral("%1 not %2").arg(tables()->height()).arg(tablesHeight)));
        QTRY_VERIFY(!inspector()->isVisible());
    }
    void theFlameGraphIsFocusedAgain() {
        const auto canvas = [this] { return m_window->findChild<FlameCanvas*>(); };
        QTRY_VERIFY_WITH_TIMEOUT(canvas()->scene() && canvas()->scene()->tree().nodes.size() > 3, kPatience);
        const CallPath path = pathTo(canvas()->scene()->tree(), 2);
        m_window->store().change([&](ViewState& state) { state.focus = path; });
        openAgain();
        QCOMPARE(m_window->store().state().focus, path);
        QTRY_VERIFY_WITH_TIMEOUT(canvas()->scene() && canvas()->focusNode() != 0, kPatience);
        QVERIFY(pathTo(canvas()->scene()->tree(), canvas()->focusNode()) == path);
        // Escape leaves it, as ever.
        QTest::keyClick(canvas(), Qt::Key_Escape);
        QVERIFY(m_window->store().state().focus.empty());
    }
    void columnsOfTablesAreAsTheyWere() {
        const auto lines = [this] { return find<QTableView>("linesTable")->horizontalHeader(); };
        const auto tree = [this] { return find<QTreeView>("bottomUpTree")->header(); };
        const auto filled = [&] {
            QTRY_VERIFY_WITH_TIMEOUT(find<QTableView>("linesTable")->model()->rowCount() > 0, kPatience);
        };
        filled();
        const Columns fresh = columnsOf(*lines()), freshTree = columnsOf(*tree());
        QVERIFY(lines()->isSectionHidden(5) &&
                tree()->isSectionHidden(CallTreeModel::Self));  // intervals of an exact recording; self
        QVERIFY(m_window->views().columns().isEmpty());
        widen(*lines(), 0, 60);
        lines()->moveSection(3, 1);
        lines()->setSectionHidden(4, true);
        lines()->setSectionHidden(5, false);
        QTest::mouseClick(lines()->viewport(), Qt::LeftButton, {}, middleOf(*lines(), 2));
        tree()->setSectionHidden(CallTreeModel::Self, false);
        tree()->moveSection(2, 3);
        QCoreApplication::processEvents();  // the others make room
        const Columns left = columnsOf(*lines()), leftTree = columnsOf(*tree());
        QVERIFY(left != fresh && leftTree != freshTree);
        QCOMPARE(left.sorted, 2);

        openAgain();
        filled();
        QTRY_COMPARE(columnsOf(*lines()), left);
        QCOMPARE(columnsOf(*tree()), leftTree);
        // Of an interval columns say something that said nothing, and the other way round; the user's choice stays.
        m_window->store().change([](ViewState& state) { state.compareTime = Micros(1'000'000); });
        settle();
        QVERIFY(lines()->isSectionHidden(4) && !lines()->isSectionHidden(5));
        m_window->store().back();

        // Each capture has its own, in one window, too; and they can be forgotten.
        record(m_folder / "columns", 5);
        open(m_folder / "columns");
        find<QAction>("actionForgetView")->trigger();
        filled();
        QTRY_COMPARE(columnsOf(*lines()).sorted, fresh.sorted);
        QCOMPARE(columnsOf(*lines()).order, fresh.order);
        QCOMPARE(columnsOf(*lines()).hidden, fresh.hidden);
        QCOMPARE(columnsOf(*tree()).order, freshTree.order);  // widths: it was never in sight
        QVERIFY(tree()->isSectionHidden(CallTreeModel::Self));
        QVERIFY(m_window->views().columns().isEmpty());
        open(m_folder / "program");
        filled();
        QTRY_COMPARE(columnsOf(*lines()), left);
        QCOMPARE(columnsOf(*tree()), leftTree);
    }
    void columnsAreKeptOnTheirOwn() {
        QTRY_VERIFY_WITH_TIMEOUT(find<QTableView>("linesTable")->model()->rowCount() > 0, kPatience);
        m_window->store().change([](ViewState& state) { state.showInstant(Micros(7'000'000)); });
        QTRY_VERIFY_WITH_TIMEOUT(kept(), kPatience);
        QVERIFY(kept()->columns.isEmpty());
        find<QTableView>("linesTable")->horizontalHeader()->moveSection(0, 2);
        QTRY_VERIFY_WITH_TIMEOUT(!kept()->columns.isEmpty(), kPatience);
    }
    void aWindowThatDoesNotEndInOrderLosesSecondsAtMost() {
        m_window->store().change([](ViewState& state) { state.showInstant(Micros(7'000'000)); });
        const TraceTable& traces = m_window->document()->status().recording.traces();
        QTRY_VERIFY_WITH_TIMEOUT(kept() && viewStateOf(kept()->state, traces) == m_window->store().state(), kPatience);
    }
    void aRecordingAnewIsAnotherCapture() {
        const std::filesystem::path filebase = m_folder / "again";
        record(filebase, 1);
        open(filebase);
        arrangeMuch();
        m_window->close();
        record(filebase, 2);
        begin();
        open(filebase);
        QVERIFY(isAsNew());
    }
    void eachCaptureHasItsOwn() {
        arrangeMuch();
        const ViewState left = m_window->store().state();
        record(m_folder / "other", 3);
        open(m_folder / "other");  // in the same window, whose tabs stay
        QVERIFY(m_window->store().state().filters.empty() && !m_window->store().state().compareTime);
        QVERIFY(m_window->views().timePlot().fits());
        open(m_folder / "program");
        QCOMPARE(m_window->store().state(), left);
    }
    void itCanBeForgotten() {
        arrangeMuch();
        const ViewState left = m_window->store().state();
        find<QAction>("actionForgetView")->trigger();
        QVERIFY(isAsNew());
        QVERIFY(inspector()->isVisible());
        m_window->store().back();
        QCOMPARE(m_window->store().state(), left);
        m_window->store().forward();
        openAgain();
        QVERIFY(isAsNew());
    }
    void aNewWindowBeginsAnew() {
        arrangeMuch();
        m_window->close();
        begin();
        m_window->setRestoresViews(false);
        open(m_folder / "program");
        QVERIFY(isAsNew());
    }
    void damagedAndForeignFilesDoNotDisturb_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("\xFF\x00{{{", 6);
        QTest::newRow("an array") << QByteArray("[1, 2]");
        QTest::newRow("nested") << QByteArray(100'000, '[');
        QTest::newRow("huge") << QByteArray(5'000'000, ' ');
        const auto json = [](const char* text) { return QByteArray(text).replace('\'', '"'); };
        const QByteArray mine =
            json("{'version':1,'recording':'01010101010101010101010101010101-1700000000000000000',");
        QTest::newRow("other types") << mine + json("'state':[],'inSight':'x','picture':7,'table':{},'panes':false}");
        QTest::newRow("impossible columns")
            << mine +
                   json(
                       "'state':{},'columns':{'linesTable':{'widths':[-1,1e9,0,'x'],'order':[0,0,7],'hidden':[99,-1],"
                       "'shown':{},'sorted':[99,1]},'topDownTree':7,'nowhere':{}}}");
        QTest::newRow("impossible")
            << mine + json(
                          "'state':{'focus':{'thread':99,'frames':[1e9,-1]},'time':['-5','x'],'compareTime':['"
                          "99999999999999999999','1'],'mode':77,"
                          "'domains':['x'],'filters':[{'by':0,'line':{'number':1e9,'text':''}},{'by':1,'function':-1},"
                          "{'by':6,'name':'('},7,{'by':99}],'pinned':[{'number':-1},{'number':0.5,'text':'?'}],"
                          "'selected':{'number':3},'grouping':-1,'parts':1000,'minNode':1e308,"
                          "'hidden':{'modules':[1,null]}},'inSight':[5,1],'picture':'no such','table':'no such',"
                          "'panes':'AAECAwQFBgc='}");
        QTest::newRow("another recording's") << json("{'version':1,'recording':'00-1','state':{'time':['1','2']}}");
        QTest::newRow("a later version's")
            << QByteArray(mine).replace("version\":1", "version\":2") + json("'state':{'compareTime':['1','2']}}");
    }
    void damagedAndForeignFilesDoNotDisturb() {
        QFETCH(QByteArray, content);
        m_window->close();
        const QStringList files = QDir(remembered_views::folder()).entryList({QStringLiteral("*.json")});
        QCOMPARE(files.size(), 1);
        QFile file(QDir(remembered_views::folder()).filePath(files.first()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().contains("\"01010101010101010101010101010101-1700000000000000000\""));
        file.close();
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(content);
        file.close();
        begin();
        open(m_folder / "program");
        ViewState state = m_window->store().state();
        QVERIFY(m_window->views().timePlot().fits());
        state.time.reset();
        QCOMPARE(state, ViewState());
    }
    void onlySoManyAreKept() {
        Metadata metadata;
        for (int i = 0; i < remembered_views::kMost + 5; ++i)
            remembered_views::keep(QStringLiteral("/nowhere/%1.hpm").arg(i), metadata, {});
        QCOMPARE(QDir(remembered_views::folder()).entryList({QStringLiteral("*.json")}).size(),
                 remembered_views::kMost);
        const QString newest = QStringLiteral("/nowhere/%1").arg(remembered_views::kMost + 4);
        QVERIFY(remembered_views::find(newest, metadata));  // by any of its files
        QVERIFY(remembered_views::find(newest + QStringLiteral(".hpd"), metadata));
    }
    void aFollowedCaptureIsFollowedAgain() {
        test::RecordedCapture live(m_folder / "live", Sampling::everything(), 9);
        live.grow(5'000, Micros(3'000'000));
        const auto follow = [&] {
            m_window->open(text(live.filebase().string()));
            QTRY_VERIFY_WITH_TIMEOUT(m_window->document() && m_window->document()->name() == QStringLiteral("live") &&
                                         m_window->document()->isLive(),
                                     kPatience);
        };
        follow();
        m_window->store().change([](ViewState& state) { state.showsResident = false; });
        m_window->close();
        begin();
        follow();
        QVERIFY(!m_window->store().state().showsResident);
        QVERIFY(!m_window->store().state().time);
        m_window->store().change([](ViewState& state) { state.showInstant(Micros(1'000'000)); });
        m_window->close();
        begin();
        follow();
        QCOMPARE(m_window->store().state().time, std::optional(Instant(Micros(1'000'000))));
        live.end();
    }

private:
    static void record(const std::filesystem::path& filebase, std::uint8_t seed) {
        for (const char* extension : {".hpm", ".hpd", ".hpc"})
            std::filesystem::remove(std::filesystem::path(filebase) += extension);
        test::RecordedCapture capture(filebase, Sampling::everything(), seed);
        capture.grow(20'000, Micros(20'000'000));
        capture.end();
    }
    struct Columns {
        QList<int> widths, order, hidden;
        int sorted = 0;
        bool operator==(const Columns&) const = default;
    };
    static Columns columnsOf(const QHeaderView& header) {
        Columns columns;
        for (int i = 0; i < header.count(); ++i) {
            columns.widths << header.sectionSize(i);
            columns.order << header.logicalIndex(i);
            columns.hidden << header.isSectionHidden(i);
        }
        columns.sorted = header.sortIndicatorSection();
        return columns;
    }
    static QPoint middleOf(const QHeaderView& header, int column) {
        return {header.sectionViewportPosition(column) + header.sectionSize(column) / 2, header.height() / 2};
    }
    /// By its right border, with the mouse.
    static void widen(QHeaderView& header, int column, int by) {
        const QPoint from(header.sectionViewportPosition(column) + header.sectionSize(column) - 2, header.height() / 2);
        const int before = header.sectionSize(column);
        QTest::mouseMove(header.viewport(), from);
        QMouseEvent hover(QEvent::MouseMove, from, header.viewport()->mapToGlobal(from), Qt::NoButton, Qt::NoButton,
                          {});
        QApplication::sendEvent(header.viewport(), &hover);
        QTest::mousePress(header.viewport(), Qt::LeftButton, {}, from);
        const QPoint to = from + QPoint(by, 0);
        QMouseEvent drag(QEvent::MouseMove, to, header.viewport()->mapToGlobal(to), Qt::NoButton, Qt::LeftButton, {});
        QApplication::sendEvent(header.viewport(), &drag);
        QTest::mouseRelease(header.viewport(), Qt::LeftButton, {}, to);
        QVERIFY(header.sectionSize(column) >= before + by - 5);
    }
    QDockWidget* tables() const { return find<QDockWidget>("dock-tables"); }
    QDockWidget* inspector() const { return find<QDockWidget>("dock-inspector"); }
    std::optional<RememberedView> kept() const {
        return remembered_views::find(text((m_folder / "program").string()),
                                      m_window->document()->status().recording.metadata());
    }
    /// Nothing is as a new user meets it.
    void arrangeMuch() {
        const TraceTable& traces = m_window->document()->status().recording.traces();
        QVERIFY(traces.lineCount() > 5);
        m_window->store().change([&](ViewState& state) {
            state.showInterval(Micros(3'000'000), Instant(Micros(12'000'000), 9'000));
            state.mode = IntervalMode::StillAlive;
            state.generationOf = GenerationSpan{Micros(1'000'000), Micros(15'000'000)};
            state.filters = {
                {TraceFilter::By::Line, LineIndex(3), {}, {}, true},
                {TraceFilter::By::Function, {}, FunctionIndex(1), "work"},
                {TraceFilter::By::Thread, {}, {}, "MainThread"},
                {TraceFilter::By::Code, {}, {}, {}, false, ModuleKind::Own},
                {TraceFilter::By::Pattern, {}, {}, "wor[k]", false},
            };
            state.selectedLine = LineIndex(2);
            state.pinnedLines = {LineIndex(4), LineIndex(1)};
            state.plotsShares = true;
            state.showsResident = false;
            state.showsResidentKinds = true;
            state.tree = {Grouping::Function, true, true, false, {true, true, false, {"numpy"}}};
            state.flow.minNodeFraction = 0.02;
            state.parts = {PartsBy::File, true};
            state.focus = {ThreadIndex(1), {FrameIndex(2), FrameIndex(1)}};
            state.domains = {Domain::Python, Domain::Native};
        });
        m_window->views().showPicture(ExportView::Parts);
        m_window->views().showTable(QStringLiteral("Traces"));
        inspector()->close();
        m_window->views().resizeDocks({tables()}, {tables()->height() + 60}, Qt::Vertical);
        QCoreApplication::processEvents();
        m_window->views().timePlot().showSpan(2e6, 14e6);
    }
    bool isAsNew() const {
        ViewState state = m_window->store().state();
        state.time.reset();
        return state == ViewState() && m_window->views().timePlot().fits() &&
               m_window->views().picture() == ExportView::Flame && m_window->views().table() == QStringLiteral("Lines");
    }
    /// Another window of the same user.
    void begin() {
        m_window = std::make_unique<MainWindow>();
        m_window->resize(1400, 900);  // however large the screen is
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void openAgain() {
        m_window->close();
        begin();
        open(m_folder / "program");
    }
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::RememberedViewsTest)
#include "remembered_views_test.moc"
