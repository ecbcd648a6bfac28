// The one search of the window, driven as a user would: its field, what it says, and that all views show the same.
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QTabBar>
#include <QTableView>

#include "core/text/text.h"
#include "gui/flamegraph/flame_canvas.h"
#include "gui/flowgraph/flow_canvas.h"
#include "gui/traces/trace_browser.h"
#include "gui/window/command_palette.h"
#include "gui/window/search_field.h"
#include "tests/gui/window_test.h"

using namespace heapprof;
using namespace heapprof::gui;
using namespace heapprof::test;

class WindowSearchTest : public WindowTest {
    Q_OBJECT

private slots:
    void initTestCase() { prepare(); }
    void init() {
        makeWindow();
        open(m_folder / "program");
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
    void cleanup() { m_window.reset(); }

    void oneNumberInAllViews() {
        type("py:2");
        const auto& result = *m_window->views().result();
        std::size_t lines = 0;
        for (const LineUsage& usage : result.lines().lines) lines += result.traces().line(usage.line).line / 10 == 2;
        QVERIFY(lines > 5);
        const TraceSet through = TraceSet::through(
            result.traces(), [&](FrameIndex frame) { return result.traces().frame(frame).line / 10 == 2; });
        const Estimate sum = totalOf(through, result.snapshot());
        QVERIFY(sum.bytes > 0 && sum.bytes < result.snapshot().total.bytes);
        const QString amounts =
            QStringLiteral(" \u00B7 %1 \u00B7 %2")
                .arg(text(formatBytes(sum.bytes)), text(formatShare(sum.bytes, result.snapshot().total.bytes)));
        QCOMPARE(count(), QStringLiteral("%1 lines").arg(lines) + amounts);
        // Marked in the flame graph, and the only rows of the table.
        auto& canvas = *m_window->findChild<FlameCanvas*>();
        QTRY_VERIFY(!view(ExportView::Flame).isBusy());
        QVERIFY(!canvas.matches().empty());
        for (const std::uint32_t node : canvas.matches()) {
            const auto& scene = *canvas.scene();
            QCOMPARE(scene.traces().frame(scene.tree().nodes[node].frame).line / 10, 2u);
        }
        QTRY_COMPARE(find<QTableView>("linesTable")->model()->rowCount(), static_cast<int>(lines));
        // And of every single trace: the rows add up to the amount that is said.
        m_window->store().change([](ViewState& state) { state.selectedLine.reset(); });
        auto* tabs = find<QTabWidget>("traceTabs");
        for (int tab = 0; tab < tabs->count(); ++tab)
            if (tabs->tabText(tab) == QStringLiteral("Traces")) tabs->setCurrentIndex(tab);
        QTRY_VERIFY(!view(ExportView::Traces).isBusy());
        QCOMPARE(static_cast<std::size_t>(find<QTableView>("tracesTable")->model()->rowCount()),
                 restrictedTo(through, result.snapshot()).traces.size());
        // The flow graph outlines its boxes.
        m_window->views().bringIntoSight(ExportView::Flow);
        QTRY_VERIFY_WITH_TIMEOUT(!view(ExportView::Flow).isBusy(), kPatience);
        const auto& scene = *static_cast<FlowScene*>(m_window->findChild<FlowCanvas*>()->scene());
        QTRY_VERIFY(!scene.matches().empty());
        for (const std::size_t box : scene.matches()) QVERIFY(scene.boxLook(box).match);
        QCOMPARE(count(), QStringLiteral("%1 lines").arg(lines) + amounts);
    }

    void entersStepThroughTheLines() {
        type("py:2");
        const auto lines = m_window->views().result()->search("py:2")->lines;
        const auto at = [&] { return m_window->store().state().search.at; };
        const std::size_t steps = history();
        for (std::size_t i = 0; i < 3; ++i) {
            QTest::keyClick(field(), Qt::Key_Return);
            QVERIFY(at() == lines[i]);
            QVERIFY2(count().startsWith(QStringLiteral("%1 of %2 \u00B7 ").arg(i + 1).arg(lines.size())),
                     qPrintable(count()));
        }
        QTest::keyClick(field(), Qt::Key_Return, Qt::ShiftModifier);
        QVERIFY(at() == lines[1]);
        for (int i = 0; i < 2; ++i) QTest::keyClick(m_window.get(), Qt::Key_F3, Qt::ShiftModifier);
        QVERIFY(at() == lines.back());  // round
        QTest::keyClick(m_window.get(), Qt::Key_F3);
        QVERIFY(at() == lines.front());
        click("searchNext");
        QVERIFY(at() == lines[1]);
        click("searchPrevious");
        QVERIFY(at() == lines[0]);
        QVERIFY(!m_window->store().state().selectedLine);
        QCOMPARE(history(), steps);
        auto& canvas = *m_window->findChild<FlameCanvas*>();
        QTRY_VERIFY(canvas.currentNode().has_value());
        QTRY_VERIFY(canvas.scene()->traces().lineOf(canvas.scene()->tree().nodes[*canvas.currentNode()].frame) ==
                    lines[0]);
    }

    void enterMayComeBeforeTheMatchesAreKnown() {
        QTest::keyClick(m_window.get(), Qt::Key_F, Qt::ControlModifier);
        QTest::keyClicks(field(), QStringLiteral("py:2"));
        QTest::keyClick(field(), Qt::Key_Return);
        QTRY_VERIFY(m_window->store().state().search.at == m_window->views().result()->search("py:2")->lines.front());
    }

    void typingIsOneStepOfTheHistory() {
        const std::size_t before = history();
        type("worker");
        QCOMPARE(history(), before + 1);
        m_window->store().change([](ViewState& state) { state.selectedLine = LineIndex(2); });
        QTest::keyClicks(field(), QStringLiteral(" py"));
        QCOMPARE(m_window->store().state().search.text, std::string("worker py"));
        QCOMPARE(history(), before + 3);
        m_window->store().back();
        QCOMPARE(field()->text(), QStringLiteral("worker"));
        m_window->store().back();
        m_window->store().back();
        QVERIFY(field()->text().isEmpty() && count().isEmpty());
    }

    void escapeLeavesTheSearchFirst() {
        auto* canvas = m_window->findChild<FlameCanvas*>();
        canvas->setFocus();
        m_window->store().change([](ViewState& state) { state.selectedLine = LineIndex(2); });
        QTest::keyClick(canvas, Qt::Key_F, Qt::ControlModifier);
        QVERIFY(field()->hasFocus());
        QTest::keyClicks(field(), QStringLiteral("work"));
        QTest::keyClick(field(), Qt::Key_Escape);
        QVERIFY(field()->text().isEmpty() && m_window->store().state().search == Search());
        QVERIFY(canvas->hasFocus());  // it has the keyboard again
        QVERIFY(m_window->store().state().selectedLine);
        QWidget* const plot = &m_window->views().timePlot();
        QWidget* const table = find<QTableView>("linesTable");
        m_window->views().bringIntoSight(ExportView::Flow);
        QTRY_VERIFY_WITH_TIMEOUT(!view(ExportView::Flow).isBusy(), kPatience);
        QWidget* const flow = m_window->findChild<FlowCanvas*>();
        for (QWidget* each : {plot, table, flow, static_cast<QWidget*>(canvas)}) {
            m_window->store().change([](ViewState& state) { state.search.text = "work"; });
            QTest::keyClick(each, Qt::Key_Escape);
            QVERIFY2(m_window->store().state().search == Search(), qPrintable(each->objectName()));
            QVERIFY(m_window->store().state().selectedLine);
        }
        // A slash finds, too, unless it is typed.
        canvas->setFocus();
        QTest::keyClick(canvas, Qt::Key_Slash);
        QVERIFY(field()->hasFocus());
        QTest::keyClick(field(), Qt::Key_Slash);
        QCOMPARE(field()->text(), QStringLiteral("/"));
        click("searchClear");
        QVERIFY(m_window->store().state().search == Search());
    }

    void whatIsNoExpressionSaysSo() {
        type("/(open/");
        QVERIFY2(count().contains(QStringLiteral("parenthesis")), qPrintable(count()));
        QVERIFY(!find<QToolButton>("searchNext")->isEnabled());
        field()->clear();
        type("/py:(21|22)$/");
        const auto& result = *m_window->views().result();
        QCOMPARE(result.search("/py:(21|22)$/")->lines.size(), std::size_t{2});
        QVERIFY2(count().startsWith(QStringLiteral("2 lines")), qPrintable(count()));
        field()->clear();
        type("no such thing");
        QCOMPARE(count(), QStringLiteral("no match"));
        // The next instant may have other numbers, and they are said.
        field()->clear();
        type("py:21");
        const QString peak = count();
        m_window->store().change([](ViewState& state) { state.showInstant(Instant(Micros(5'000'000))); });
        settle();
        QTRY_VERIFY(!search().isBusy() && count() != peak);
        QVERIFY(count().contains(text(formatBytes(m_window->views().result()->search("py:21")->usage.bytes))));
        m_window->store().change([](ViewState& state) { state.measure = Measure::BlockCount; });
        settle();
        const auto& inBlocks = *m_window->views().result();
        const std::int64_t blocks = inBlocks.search("py:21")->usage.blocks;
        const QString amounts =
            text(formatBlocks(blocks) + " blocks \u00B7 " + formatShare(blocks, inBlocks.snapshot().total.blocks));
        QTRY_VERIFY2(!search().isBusy() && count().endsWith(amounts), qPrintable(count()));
    }

    void matchesBecomeAFilter() {
        for (const bool isExcluded : {false, true}) {
            type("WORK py:21");
            const auto& before = *m_window->views().result();
            const std::int64_t found = before.search("WORK py:21")->usage.bytes;
            const std::int64_t wanted = isExcluded ? before.snapshot().total.bytes - found : found;
            QVERIFY(found > 0 && wanted > 0);
            if (isExcluded) {  // as the palette does
                emit find<QToolButton>("searchFilter")->menu()->aboutToShow();
                find<QAction>("actionNotMatching")->trigger();
            } else {
                find<QToolButton>("searchFilter")->menu()->actions().front()->trigger();
            }
            QVERIFY(m_window->store().state().search == Search() && field()->text().isEmpty());
            settle();
            QCOMPARE(m_window->views().result()->snapshot().total.bytes, wanted);
            const QString chip = find<QToolButton>("filterChip")->text();
            QVERIFY2(chip.startsWith(QStringLiteral("%1 \u201CWORK py:21\u201D")
                                         .arg(isExcluded ? QStringLiteral("not") : QStringLiteral("only"))),
                     qPrintable(chip));
            m_window->store().back();
            settle();
            field()->clear();
            m_window->store().leaveSearch();
        }
        const auto commands = commandsOf(m_window->menuBar()->actions());
        const auto offers = [&](const QString& title) {
            return std::ranges::any_of(commands, [&](const auto& each) { return each.title.endsWith(title); });
        };
        QVERIFY(offers(QStringLiteral("Find")) && !offers(QStringLiteral("Only Matching Stacks")));  // nothing is found
    }

    void nothingJumps_andNarrowWindowsHaveIt() {
        const QRect before = search().geometry();
        type("py:2");
        QCOMPARE(search().geometry(), before);
        QVERIFY(find<QLabel>("searchCount")->isVisible());
        const int typed = field()->x();
        QTest::keyClick(field(), Qt::Key_Return);
        QCOMPARE(search().geometry(), before);
        QCOMPARE(field()->x(), typed);
        for (const QSize size : {QSize(900, 600), QSize(640, 480)}) {
            m_window->resize(size);
            QTRY_COMPARE(m_window->width(), std::max(size.width(), m_window->minimumSizeHint().width()));
            QVERIFY(search().isVisible() && search().width() >= 120);
            QVERIFY(m_window->rect().contains(QRect(search().mapTo(m_window.get(), QPoint()), search().size())));
            QVERIFY(field()->width() >= 80);
            m_window->findChild<FlameCanvas*>()->setFocus();
            QTest::keyClick(m_window.get(), Qt::Key_F, Qt::ControlModifier);
            QVERIFY(field()->hasFocus());
        }
    }

private:
    SearchField& search() const { return *m_window->findChild<SearchField*>(); }
    QLineEdit* field() const { return find<QLineEdit>("search"); }
    QString count() const { return search().summary(); }
    InstantView& view(ExportView which) const { return *m_window->views().view(which); }
    void type(const char* what) {
        QTest::keyClick(m_window.get(), Qt::Key_F, Qt::ControlModifier);
        QTest::keyClicks(field(), QString::fromUtf8(what));
        QTRY_VERIFY(!search().isBusy());
    }
    /// How often the user could go back.
    std::size_t history() const {
        ViewStateStore& store = m_window->store();
        std::size_t steps = 0;
        while (store.canGoBack()) {
            store.back();
            ++steps;
        }
        for (std::size_t i = 0; i < steps; ++i) store.forward();
        if (!QTest::qWaitFor([this] { return !search().isBusy(); })) qFatal("the search goes on");
        return steps;
    }
};

QTEST_MAIN(WindowSearchTest)
#include "window_search_test.moc"
