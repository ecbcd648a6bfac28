// What the window is asked by its controls: modes of an interval, filters, the selected line.
#include <QApplication>
#include <QContextMenuEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QSettings>
#include <QStandardPaths>
#include <QStatusBar>
#include <QTableView>

#include "core/blocks/allocations.h"
#include "core/blocks/outcomes.h"
#include "core/state/peak.h"
#include "core/text/text.h"
#include "gui/common/instant_view.h"
#include "gui/common/theme.h"
#include "gui/source/editor.h"
#include "gui/summary/finding_card.h"
#include "gui/summary/summary_page.h"
#include "gui/traces/cells.h"
#include "tests/core/recorded_model.h"
#include "tests/gui/window_test.h"

namespace heapprof::gui {
namespace {

using test::RecordedCapture;
using test::RecordedModel;

}  // namespace

class WindowQuestionsTest : public test::WindowTest {
    Q_OBJECT

private slots:
    void initTestCase() { prepare(); }
    void init() { makeWindow(); }
    void cleanup() { m_window.reset(); }

    void anIntervalCanBeAskedForWhatItLeftBehind() {
        open(m_folder / "program");
        const Recording recording = m_window->document()->status().recording;
        const Instant middle(Micros(8'000'000)), end = recording.end();
        m_window->store().change([&](ViewState& state) { state.time = end; });
        click("modeStillAlive");  // from the beginning on, where no interval was chosen
        QVERIFY(m_window->store().state().compareTime == Instant::beginning());
        settle();
        QCOMPARE(headline().amountText(), text(formatBytes(snapshotAt(recording, end).total.bytes)));

        m_window->store().change([&](ViewState& state) { state.compareTime = middle; });
        settle();
        const auto outcomes = allocationOutcomes(recording, {middle, end, end});
        QCOMPARE(headline().amountText(), text(formatBytes(outcomes->alive.total.bytes)));
        QVERIFY(headline().aboutText().contains(QStringLiteral("still alive")));
        click("modeAllocated");
        settle();
        QCOMPARE(headline().amountText(), text(formatBytes(outcomes->allocated.total.bytes)));
        QVERIFY(headline().aboutText().contains(QStringLiteral("blocks a second")));
        click("modeTemporary");
        settle();
        QCOMPARE(headline().amountText(),
                 text(formatBytes(temporaryBlocks(recording, middle, end, kTemporaryAge)->temporary.total.bytes)));
        click("modeChange");
        settle();
        QVERIFY(headline().amountText().startsWith(u'+'));
        click("modeLive");
        QVERIFY(!m_window->store().state().compareTime);
        settle();
        QVERIFY(headline().aboutText().contains(QStringLiteral("live at")));
        m_window->store().back();  // one step, as everything the user does
        QVERIFY(m_window->store().state().compareTime == middle);
        QVERIFY(find<QToolButton>("modeChange")->isChecked());
    }

    /// Captures of version 1 do not tell which block a free ends.
    void whatACaptureCannotTellIsSaid() {
        open(test::copyOfV1(m_folder, "c_spike_all"));
        click("modeStillAlive");
        settle();
        QCOMPARE(headline().amountText(), QStringLiteral("?"));
        QVERIFY(headline().aboutText().contains(QStringLiteral("version 1")));
        QVERIFY(!m_window->views().result()->isAnswerable);
        click("modeAllocated");
        settle();
        QVERIFY(headline().amountText() != QStringLiteral("?"));
    }

    void filtersAreChips_andEverythingObeys() {
        open(m_folder / "program");
        const Recording recording = m_window->document()->status().recording;
        const auto all = m_window->views().result()->snapshot().total.bytes;
        QVERIFY(find<QToolButton>("addFilter")->isVisible() && find<QToolButton>("addFilter")->isEnabled());
        auto* table = find<QTableView>("linesTable");
        QTRY_VERIFY_WITH_TIMEOUT(table->model()->rowCount() > 5, kPatience);
        const QModelIndex row = table->model()->index(4, 0);
        const QPoint at = table->visualRect(row).center();
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, at);
        const auto line = m_window->store().state().selectedLine;
        QVERIFY(line);
        const TraceSet through = TraceSet::throughLine(recording.traces(), *line);

        chooseInMenu(*table, at, "lineOnly-0");
        settle();
        const std::int64_t only =
            totalOf(through, snapshotAt(recording, m_window->views().result()->snapshot().time)).bytes;
        QCOMPARE(m_window->views().result()->snapshot().total.bytes, only);
        QVERIFY(only > 0 && only < all);
        QCOMPARE(m_window->views().timePlot().result()->peak->amount, peakOf(recording, through).amount);
        auto* chip = find<QToolButton>("filterChip");
        QVERIFY2(chip->text().startsWith(QStringLiteral("only line worker <b>&.py:")), qPrintable(chip->text()));

        // The table has other rows now.
        const InstantView& tables = *m_window->views().view(ExportView::Traces);
        QTRY_VERIFY_WITH_TIMEOUT(!tables.isBusy() && !tables.outdated(), kPatience);
        const auto rows =
            table->model()->match(table->model()->index(0, 0), LineRole, line->value, 1, Qt::MatchExactly);
        QVERIFY(!rows.empty());
        chooseInMenu(*table, table->visualRect(rows.front()).center(), "lineHide-0");  // both: nothing is left
        settle();
        QCOMPARE(m_window->views().result()->snapshot().total.bytes, 0);
        QCOMPARE(m_window->findChildren<QToolButton*>(QStringLiteral("filterChip")).size(), 2);
        find<QToolButton>("filterChip")->click();
        settle();
        QCOMPARE(m_window->views().result()->snapshot().total.bytes,
                 totalOf(~through, snapshotAt(recording, m_window->views().result()->snapshot().time)).bytes);
        m_window->store().back();
        m_window->store().back();
        settle();
        QCOMPARE(m_window->views().result()->snapshot().total.bytes, only);
        open(test::copyOfV1(m_folder, "a_tiny"));  // filters are of one capture
        QVERIFY(m_window->store().state().filters.empty());
        QTRY_VERIFY(m_window->findChildren<QToolButton*>(QStringLiteral("filterChip")).isEmpty());
    }

    void filtersAreByWhoseCode_andByPattern() {
        open(m_folder / "program");
        const Recording recording = m_window->document()->status().recording;
        const std::int64_t all = m_window->views().result()->snapshot().total.bytes;
        auto* button = find<QToolButton>("addFilter");
        const auto showMenu = [&] {
            emit button->menu()->aboutToShow();
            return button->menu();
        };
        showMenu()->findChild<QMenu*>(QStringLiteral("codeOnly"))->actions().front()->trigger();
        settle();
        QCOMPARE(m_window->views().result()->snapshot().total.bytes, all);  // the program has no other code
        QVERIFY(find<QToolButton>("filterChip")->text().startsWith(QStringLiteral("only own code")));
        showMenu()->findChild<QMenu*>(QStringLiteral("codeHide"))->actions().front()->trigger();
        settle();
        QCOMPARE(m_window->views().result()->snapshot().total.bytes, 0);
        m_window->store().change([](ViewState& state) { state.filters.clear(); });
        for (const int code : {0, 1})
            showMenu()->findChild<QMenu*>(QStringLiteral("codeOnly"))->actions()[code]->trigger();
        QCOMPARE(m_window->store().state().filters.size(), std::size_t{1});  // the later one: nothing is of two kinds
        m_window->store().change([](ViewState& state) { state.filters.clear(); });

        const auto enter = [&](const QString& pattern) {
            auto* field = showMenu()->findChild<QLineEdit*>(QStringLiteral("patternField"));
            field->setText(pattern);
            QTest::keyClick(field, Qt::Key_Return);
        };
        enter(QStringLiteral("py:(21|22)$"));
        settle();
        const TraceTable& traces = recording.traces();
        const TraceSet matching = TraceSet::through(
            traces, [&](FrameIndex frame) { return traces.frame(frame).line == 21 || traces.frame(frame).line == 22; });
        const Snapshot live = snapshotAt(recording, m_window->views().result()->snapshot().time);
        QVERIFY(totalOf(matching, live).bytes > 0 && totalOf(matching, live).bytes < all);
        QCOMPARE(m_window->views().result()->snapshot().total.bytes, totalOf(matching, live).bytes);
        QVERIFY(find<QToolButton>("filterChip")->text().startsWith(QStringLiteral("only /py:(21|22)$/")));
        m_window->store().change([](ViewState& state) { state.filters.clear(); });
        enter(QStringLiteral("!py:(21|22)$"));
        settle();
        QCOMPARE(m_window->views().result()->snapshot().total.bytes, totalOf(~matching, live).bytes);
        enter(QStringLiteral("("));  // says why, and changes nothing
        QVERIFY(!button->menu()->findChild<QLabel*>(QStringLiteral("patternProblem"))->text().isEmpty());
        QCOMPARE(m_window->store().state().filters.size(), std::size_t{1});
    }

    void theInspectorShowsTheSelectedLine() {
        open(m_folder / "program");
        const Inspector& inspector = m_window->views().inspector();
        QVERIFY(find<QWidget>("summaryPage")->isVisible());
        const auto& result = m_window->views().result();
        const LineUsage usage = result->lines().lines[3];
        select(usage.line);
        QCOMPARE(find<QLabel>("inspectorCumulative")->text(), text(formatBytes(usage.cumulative.bytes)));
        QCOMPARE(find<QLabel>("inspectorSelf")->text(), text(formatBytes(usage.self.bytes)));
        QCOMPARE(find<QLabel>("inspectorOther")->text(), text(formatBlocks(usage.cumulative.blocks)));
        QVERIFY(find<QLabel>("sourceNote")->text().startsWith(QStringLiteral("There is no file /")));
        QVERIFY(find<QPushButton>("inspectorFindSource")->isVisibleTo(m_window.get()));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->views().timePlot().result()->selected &&
                                     m_window->views().timePlot().result()->selected->line == usage.line,
                                 kPatience);
        const auto& amounts = m_window->views().timePlot().result()->selected->amounts;
        QCOMPARE(find<QLabel>("inspectorGreatest")->text(),
                 QStringLiteral("up to ") + text(formatBytes(*std::ranges::max_element(amounts))));

        QVERIFY(!inspector.facts()->callers.empty());
        const LineIndex caller = inspector.facts()->callers.front().line;
        auto* callers = find<QWidget>("inspectorCallers");
        QTest::mouseClick(callers, Qt::LeftButton, {}, QPoint(20, 8));
        QVERIFY(m_window->store().state().selectedLine == caller);
        m_window->store().back();
        QVERIFY(m_window->store().state().selectedLine == usage.line);
        click("inspectorPlot");
        QVERIFY(m_window->store().state().pinnedLines == std::vector{usage.line});
        click("inspectorPlot");
        QVERIFY(m_window->store().state().pinnedLines.empty());
    }

    void aFindingsNumbersKeepTheirUnits() {
        FindingCard card({QStringLiteral("Left at the end: 3.47 MiB allocated after 0.419 s"), QString()});
        const QFontMetrics metrics(card.font());
        // A little too narrow for one line: more than a letter goes to the next.
        QFont strong = card.font();
        strong.setWeight(QFont::DemiBold);
        const int whole = QFontMetrics(strong).horizontalAdvance(card.words().title);
        card.resize(whole + 2 * 12 - 3, card.heightForWidth(whole + 2 * 12 - 3));
        const QImage image = card.grab().toImage();
        const QColor ground = image.pixelColor(card.width() / 2, 4);
        int right = 0;
        for (int y = 12 + metrics.height() + 2; y < card.height() - 4; ++y)
            for (int x = 6; x < card.width() - 6; ++x)
                if (image.pixelColor(x, y) != ground) right = std::max(right, x);
        QVERIFY2(right > 12 + metrics.horizontalAdvance(QStringLiteral("0.41")), qPrintable(QString::number(right)));
    }

    void aFindingsLongNamesAreNotCut() {
        const QString long1 = QStringLiteral("a_name_that_is_longer_than_any_card_in_any_window_is_wide");
        FindingCard card(
            {QStringLiteral("Peak"), QStringLiteral("1 B through Some.%1.<locals>.%1, x.py:1").arg(long1)});
        card.resize(260, card.heightForWidth(260));
        const QImage image = card.grab().toImage();
        const QColor ground = image.pixelColor(130, 4);
        for (int y = 6; y < image.height() - 6; ++y)
            for (int x = 260 - 11; x < 260 - 3; ++x) QCOMPARE(image.pixelColor(x, y), ground);
        const int height = QFontMetrics(card.font()).height();
        QVERIFY(card.height() > 6 * height);  // all of it is there
        FindingCard huge({QStringLiteral("Peak"), QString(5000, u'x')});
        QVERIFY(huge.heightForWidth(260) < 12 * height);
    }

    void theSummaryLeadsToWhatItNames() {
        open(m_folder / "program");
        const SummaryPage& summary = m_window->views().summary();
        QTRY_VERIFY_WITH_TIMEOUT(!summary.isBusy() && !summary.findings().empty(), kPatience);
        const Recording recording = m_window->document()->status().recording;
        const auto known = heapprof::findings(recording);
        const auto cards = summary.findChildren<FindingCard*>();
        QCOMPARE(static_cast<std::size_t>(cards.size()), known.size());
        for (std::size_t i = 0; i < known.size(); ++i) {
            const FindingCard& card = *cards[static_cast<qsizetype>(i)];
            if (known[i].kind != Finding::Kind::Growth)
                QVERIFY2(card.words().title.contains(text(formatBytes(known[i].total.bytes))),
                         qPrintable(card.words().title));
            QTest::mouseClick(cards[static_cast<qsizetype>(i)], Qt::LeftButton);
            QVERIFY(m_window->store().state().selectedLine == known[i].line);
            settle();
            // What the sentence says of the line is what all views then show of it.
            if (known[i].kind != Finding::Kind::Growth) {
                QCOMPARE(m_window->views().result()->snapshot().total.bytes, known[i].total.bytes);
                const auto& lines = m_window->views().result()->lines().lines;
                const auto line = std::find_if(lines.begin(), lines.end(),
                                               [&](const LineUsage& usage) { return usage.line == known[i].line; });
                QVERIFY(line != lines.end() && line->cumulative.bytes == known[i].ofLine.bytes);
            }
            QTRY_VERIFY(!summary.isVisible());  // the line is shown in its place
            click("inspectorBack");
            QTRY_VERIFY(summary.isVisible());
        }
        m_window->open(text((m_folder / "nothing").string()));  // cannot be opened: what was open stays
        QTRY_VERIFY_WITH_TIMEOUT(find<QLabel>("bannerText")->isVisible(), kPatience);
        QVERIFY(!summary.findings().empty());
    }

    /// Hidden frames are cut out of the stacks: their memory stays, and counts for who called them.
    void framesCanBeHidden() {
        open(m_folder / "program");
        settle();
        const Snapshot shown = m_window->views().result()->snapshot();
        const TraceTable& traces = m_window->views().result()->traces();
        const LineUsage line = m_window->views().result()->lines().lines.front();
        const std::string module(moduleOf(traces.file(line.line)).name);
        m_window->store().change([&](ViewState& state) { state.selectedLine = line.line; });
        auto* menu = find<QToolButton>("addFilter")->menu();
        emit menu->aboutToShow();
        menu->findChild<QAction*>(QStringLiteral("lineHideFrames"))->trigger();
        settle();
        QVERIFY(m_window->views().result()->snapshot().traces == shown.traces);
        for (const LineUsage& each : m_window->views().result()->lines().lines)
            QVERIFY(moduleOf(traces.file(each.line)).name != module);
        const auto chips = m_window->findChildren<QToolButton*>(QStringLiteral("filterChip"));
        QCOMPARE(chips.size(), 1);
        QVERIFY(chips.front()->text().startsWith(QStringLiteral("hidden frames: ") + text(module)));
        QTest::mouseClick(chips.front(), Qt::LeftButton);
        settle();
        QVERIFY(m_window->store().state().tree.hidden == HiddenFrames());
        QVERIFY(m_window->views().result()->lines().lines.front().line == line.line);
        emit menu->aboutToShow();
        menu->findChild<QAction*>(QStringLiteral("hideSitePackages"))->trigger();
        QVERIFY(m_window->store().state().tree.hidden.sitePackages);
    }

    void aRunningProgramHasASummaryToo() {
        RecordedCapture capture(m_folder / "running");
        capture.grow(50'000, Micros(15'000'000));
        m_window->open(text((m_folder / "running").string()));
        const SummaryPage& summary = m_window->views().summary();
        QTRY_VERIFY_WITH_TIMEOUT(!summary.findings().empty(), kPatience);
        QVERIFY(m_window->document()->isLive());
        QTRY_VERIFY(find<QLabel>("summaryState")->text().contains(QStringLiteral("still running")));
        // What is filtered out is part of it, and that is said.
        const QString title = find<QLabel>("summaryTitle")->text();
        m_window->store().change(
            [](ViewState& state) { state.filters = {{TraceFilter::By::Line, LineIndex(0), {}, {}, false}}; });
        QVERIFY(find<QLabel>("summaryTitle")->text().startsWith(title + QStringLiteral(", without")));
        capture.grow(50'000, Micros(15'000'000));
        capture.end();
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->document()->isLive() && !summary.isBusy(), kPatience);
        QTRY_VERIFY(find<QLabel>("summaryState")->text().isEmpty());
        const Recording recording = m_window->document()->status().recording;
        QTRY_COMPARE_WITH_TIMEOUT(summary.findings().front().total.bytes, peakOf(recording).amount, kPatience);
    }

    void commandsAreFoundByTheirNames() {
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        auto* palette = find<QWidget>("commandPalette");
        find<QAction>("actionCommands")->trigger();  // nothing is open yet
        QVERIFY(palette->isVisible());
        QTest::keyClick(find<QLineEdit>("commandField"), Qt::Key_Escape);
        open(m_folder / "program");
        m_window->views().timePlot().setFocus();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_K, Qt::ControlModifier);
        QTRY_VERIFY(palette->isVisible());
        QTest::keyClick(find<QLineEdit>("commandField"), Qt::Key_Escape);
        QTRY_VERIFY(m_window->views().timePlot().hasFocus());  // as before
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_K, Qt::ControlModifier);
        QTest::mouseClick(find<QToolButton>("addFilter")->parentWidget(), Qt::RightButton);
        QVERIFY(!palette->isVisible());
        const auto type = [&](const QString& words) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_K, Qt::ControlModifier);
            QTRY_VERIFY(palette->isVisible() && find<QLineEdit>("commandField")->hasFocus());
            QTest::keyClicks(find<QLineEdit>("commandField"), words);
        };
        select(LineIndex(1));
        type(QStringLiteral("plot line"));
        QCOMPARE(find<QListWidget>("commandList")->count(), 1);
        QTest::keyClick(find<QLineEdit>("commandField"), Qt::Key_Return);
        QVERIFY(!palette->isVisible());
        QCOMPARE(m_window->store().state().pinnedLines, std::vector<LineIndex>{LineIndex(1)});
        type(QStringLiteral("colours dark"));
        QTest::keyClick(find<QLineEdit>("commandField"), Qt::Key_Return);
        QVERIFY(m_window->palette().color(QPalette::Window).lightness() < 100);
        QCOMPARE(chosenTheme(), Theme::Dark);
        type(QStringLiteral("colours light"));
        QTest::keyClick(find<QLineEdit>("commandField"), Qt::Key_Return);
        QVERIFY(m_window->palette().color(QPalette::Window).lightness() > 200);
        type(QStringLiteral("there is no such thing"));
        QCOMPARE(find<QListWidget>("commandList")->count(), 0);
        QTest::keyClick(find<QLineEdit>("commandField"), Qt::Key_Return);  // runs nothing
        QVERIFY(!palette->isVisible());
        type({});
        QVERIFY(find<QListWidget>("commandList")->count() > 20);
        QTest::keyClick(find<QLineEdit>("commandField"), Qt::Key_Escape);
        QVERIFY(!palette->isVisible());
    }

    void aLineOpensInTheEditor() {
        QCOMPARE(editorArguments(QStringLiteral("edit --at {line} \"{file}\" x:{line}"),
                                 QStringLiteral("/a b/{line}.py"), 7),
                 (QStringList{QStringLiteral("edit"), QStringLiteral("--at"), QStringLiteral("7"),
                              QStringLiteral("/a b/{line}.py"), QStringLiteral("x:7")}));
        const std::filesystem::path source = m_folder / "source.py", noted = m_folder / "noted";
        std::ofstream(source) << "first\nsecond\n";
        RecordedModel model(m_folder / "edited", Sampling::everything());
        model.allocate(model.addTraceOf(source.string(), 2), 100'000);
        model.finish();
        open(m_folder / "edited");
        setEditorCommand(QStringLiteral("sh -c \"echo $0:$1 > %1\" {file} {line}").arg(text(noted.string())));
        m_window->store().change([](ViewState& state) { state.selectedLine = LineIndex(0); });
        settle();
        auto* menu = find<QToolButton>("inspectorMore")->menu();
        emit menu->aboutToShow();
        auto* action = menu->findChild<QAction*>(QStringLiteral("lineEdit"));
        QVERIFY(action->isEnabled());
        action->trigger();
        const auto read = [&] {
            std::ifstream in(noted);
            std::string line;
            std::getline(in, line);
            return line;
        };
        QTRY_COMPARE(read(), source.string() + ":2");
        setEditorCommand(QStringLiteral("there-is-no-such-editor {file}"));
        action->trigger();
        QTRY_VERIFY(m_window->statusBar()->currentMessage().contains(QStringLiteral("there-is-no-such-editor")));
        setEditorCommand({});
        open(m_folder / "program");  // whose files are elsewhere
        m_window->store().change([](ViewState& state) { state.selectedLine = LineIndex(0); });
        settle();
        emit menu->aboutToShow();
        menu->findChild<QAction*>(QStringLiteral("lineEdit"))->trigger();
        QTRY_VERIFY(m_window->statusBar()->currentMessage().startsWith(QStringLiteral("There is no file")));
        // What filters can be made of the line is offered with the other filters, and that alone.
        auto* filters = find<QToolButton>("addFilter")->menu();
        emit filters->aboutToShow();
        QVERIFY(filters->findChild<QMenu*>(QStringLiteral("lineOnly")));
        QVERIFY(!filters->findChild<QAction*>(QStringLiteral("lineEdit")));
    }

private:
    /// Opens the menu of a table where the mouse is, and chooses in it.
    void chooseInMenu(QTableView& table, const QPoint& at, const char* name) {
        QContextMenuEvent event(QContextMenuEvent::Mouse, at, table.viewport()->mapToGlobal(at));
        QApplication::sendEvent(table.viewport(), &event);
        auto* menu = m_window->findChild<QMenu*>(QStringLiteral("lineMenu"));
        QVERIFY(menu);
        auto* action = menu->findChild<QAction*>(QLatin1String(name));
        QVERIFY(action);
        action->trigger();
        menu->close();
        QTRY_VERIFY(!m_window->findChild<QMenu*>(QStringLiteral("lineMenu")));
    }
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::WindowQuestionsTest)
#include "window_questions_test.moc"
