// The window's thread always reacts: no single event takes it longer than a person notices.
#include <QTest>
#include <functional>

#include "gui/common/theme.h"
#include "gui/flowgraph/layout_process.h"
#include "gui/inspector/inspector.h"
#include "gui/summary/summary_page.h"
#include "gui/timeplot/time_plot.h"
#include "gui/traces/trace_browser.h"
#include "gui/window/view_area.h"
#include "tests/benchmarks/generated_capture.h"
#include "tests/gui/thread_watchdog.h"
#include "tests/gui/window_fixture.h"

namespace heapprof::gui {
namespace {

using test::TemporaryFolder;

/// CPU time of the window's thread in one event, ms. Whatever is slower by its nature is far beyond: it blocks in each
/// of several tries.
constexpr double kMostInOneEvent = 50;
constexpr int kTries = 3;
constexpr int kPatience = 120'000;

test::ThreadWatchdog& watchdog() { return *static_cast<test::ThreadWatchdog*>(QCoreApplication::instance()); }

}  // namespace

class WindowWatchdogTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { test::prepareWindows(m_folder); }

    void theWindowReactsOnACaptureOf_data() {
        QTest::addColumn<int>("events");
        QTest::addColumn<int>("traces");
        QTest::newRow("many events") << 3'000'000 << 2'000;
        QTest::newRow("many stacks") << 400'000 << 150'000;
    }
    void theWindowReactsOnACaptureOf() {
        QFETCH(int, events);
        QFETCH(int, traces);
        benchmarks::GeneratedV2(m_folder / "generated", {std::uint64_t(events), std::uint32_t(traces)}).end();
        qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((m_folder / QTest::currentDataTag()).string()));
        m_window = test::freshWindow({1600, 1000});
        QVERIFY(m_window);

        const Document* before = nullptr;
        const auto isOpen = [&] {
            return m_window->document() != before && m_window->document()->state() == Document::State::Complete &&
                   isSettled() && !m_window->views().summary().findings().empty();
        };
        tryTo(
            "open it",
            [&](int) {
                before = m_window->document();
                m_window->open(QString::fromStdString((m_folder / "generated").string()));
            },
            isOpen);
        const Micros end = m_window->document()->status().recording.end();
        const auto at = [&](int share) { return Micros(end.count * share / 8); };
        std::vector<LineIndex> lines;
        for (const LineUsage& usage : m_window->views().result()->lines().lines) lines.push_back(usage.line);
        QVERIFY(lines.size() > kTries);
        const auto lineOf = [&](int round) { return lines[static_cast<std::size_t>(round)]; };

        change("show another instant", [&](ViewState& state, int round) { state.showInstant(at(2 + round)); });
        change("select a line", [&](ViewState& state, int round) { state.selectedLine = lineOf(round); });
        change("plot a line", [&](ViewState& state, int round) { state.pinnedLines.push_back(lineOf(round)); });
        change("filter", [&](ViewState& state, int round) {
            state.filters = {{TraceFilter::By::Line, lineOf(round), {}, {}, true}};
        });
        m_window->store().change([](ViewState& state) { state.filters.clear(); });
        for (const IntervalMode mode : {IntervalMode::Change, IntervalMode::StillAlive, IntervalMode::Allocated})
            change("show an interval", [&](ViewState& state, int round) {
                state.mode = mode;
                state.showInterval(at(round), at(round + 2));
            });
        m_window->store().change([](ViewState& state) { state.leaveInterval(); });
        for (const ExportView view : {ExportView::Flow, ExportView::Parts, ExportView::Flame})
            tryTo("see another picture", [&](int round) {
                m_window->store().change([&](ViewState& state) { state.showInstant(at(3 + round)); });
                m_window->views().bringIntoSight(view);
            });
        auto* browser = m_window->findChild<TraceBrowser*>();
        QVERIFY(browser);
        auto* tabs = browser->findChild<QTabBar*>();
        QVERIFY(tabs);
        for (int tab = 0; tab < tabs->count(); ++tab)
            tryTo("see the table " + tabs->tabText(tab).toStdString(), [&](int round) {
                tabs->setCurrentIndex((tab + 1) % tabs->count());
                m_window->store().change([&](ViewState& state) { state.showInstant(at(2 + round)); });
                tabs->setCurrentIndex(tab);
            });
        tryTo("zoom in", [&](int) {
            TimePlot& plot = m_window->views().timePlot();
            plot.zoom(3, plot.xOf(at(4)));
        });
        tryTo("change the theme", [&](int round) { applyTheme(round % 2 == 0 ? Theme::Dark : Theme::Light); });
        tryTo("resize", [&](int round) { m_window->resize(1600 - 100 * round, 1000 - 50 * round); });
        m_window.reset();
    }

private:
    bool isSettled() const {
        const auto& result = m_window->views().result();
        if (m_window->queries().isBusy() || !result || !result->isOf(m_window->store().state())) return false;
        for (const ExportView which :
             {ExportView::Flame, ExportView::Flow, ExportView::Parts, ExportView::Resident, ExportView::Traces}) {
            const InstantView* view = m_window->views().view(which);
            if (view->isVisible() && (view->isBusy() || view->outdated())) return false;
        }
        return !m_window->views().inspector().isBusy();
    }
    /// Does `act` several times, waits each time until it is done, and fails when an event took too long every time.
    void tryTo(const std::string& what, const std::function<void(int)>& act, const std::function<bool()>& isDone) {
        test::ThreadWatchdog::Block least{1e9, {}};
        for (int round = 0; round < kTries; ++round) {
            watchdog().forget();
            watchdog().watch("the change itself", [&] { act(round); });
            if (!QTest::qWaitFor(isDone, kPatience)) QFAIL((what + ": it takes for ever").c_str());
            QCoreApplication::processEvents();
            if (watchdog().longest().milliseconds < least.milliseconds) least = watchdog().longest();
        }
        if (least.milliseconds > kMostInOneEvent)
            QFAIL((what + ": " + std::to_string(least.milliseconds) + " ms in " + least.whose).c_str());
        qInfo("%-28s %5.1f ms  %s", what.c_str(), least.milliseconds, least.whose.c_str());
    }
    void tryTo(const std::string& what, const std::function<void(int)>& act) {
        tryTo(what, act, [this] { return isSettled(); });
    }
    void change(const std::string& what, const std::function<void(ViewState&, int)>& edit) {
        tryTo(what, [&](int round) { m_window->store().change([&](ViewState& state) { edit(state, round); }); });
    }

    TemporaryFolder m_folder;
    std::unique_ptr<MainWindow> m_window;
};

}  // namespace heapprof::gui

int main(int argc, char** argv) {
    heapprof::test::ThreadWatchdog application(argc, argv);
    heapprof::gui::WindowWatchdogTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "window_watchdog_test.moc"
