// What the workstation's window costs: until it shows what was asked for, and the longest time that one event took the
// window's thread (of CPU time). Curves that take long are there roughly at first. One table; asserts nothing.
//
//   window_speed [EVENTS [TRACES[,TRACES...] [FOLDER]]]
//   window_speed --capture FILEBASE
//   default: 10,000,000 events; 2,000 and 200,000 traces; the system's temporary folder
#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QSettings>
#include <QStandardPaths>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <functional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "gui/common/icons.h"
#include "gui/common/instant_view.h"
#include "gui/common/theme.h"
#include "gui/flowgraph/layout_process.h"
#include "gui/inspector/inspector.h"
#include "gui/summary/summary_page.h"
#include "gui/timeplot/time_plot.h"
#include "gui/window/main_window.h"
#include "gui/window/view_area.h"
#include "tests/benchmarks/generated_capture.h"
#include "tests/gui/thread_watchdog.h"

using namespace heapprof;
using namespace heapprof::gui;

namespace {

constexpr int kRounds = 9;

double cpuMilliseconds() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

/// MB that belong to the process alone.
double anonymousMemory() {
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly)) return 0;
    for (const QByteArray& line : status.readAll().split('\n'))
        if (line.startsWith("RssAnon:")) return line.simplified().split(' ')[1].toDouble() / 1024;
    return 0;
}

class Measurement {
public:
    Measurement(test::ThreadWatchdog& application, MainWindow& window) : m_application(application), m_window(window) {}

    /// Prints medians over `rounds` of doing something and waiting until `isDone`; lets it settle between rounds.
    void row(const char* name, int rounds, const std::function<void(int)>& act, const std::function<bool()>& isDone) {
        std::vector<double> walls, cpus;
        m_application.forget();
        for (int round = 0; round < rounds; ++round) {
            QElapsedTimer timer;
            timer.start();
            const double before = cpuMilliseconds();
            m_application.watch("the change itself", [&] { act(round); });
            waitUntil(isDone);
            walls.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
            cpus.push_back(cpuMilliseconds() - before);
            if (rounds > 1) waitUntil([&] { return isSettled(); });
        }
        std::ranges::sort(walls);
        std::ranges::sort(cpus);
        std::printf("  %-44s %8.0f %8.0f %8.0f %8.0f  %s\n", name, walls[walls.size() / 2], cpus[cpus.size() / 2],
                    m_application.longest().milliseconds, anonymousMemory(), m_application.longest().whose.c_str());
        std::fflush(stdout);
    }

    static void waitUntil(const std::function<bool()>& isDone) {
        for (QCoreApplication::processEvents(); !isDone(); QCoreApplication::processEvents())
            std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
    /// Everything in sight is of the newest state, exactly.
    bool isSettled() const { return !m_window.queries().isBusy() && isInSight(); }
    /// The same, but the plot's curves may be rough.
    bool isInSight() const {
        const auto& result = m_window.views().result();
        const ViewState& state = m_window.store().state();
        if (!result || !result->isOf(state) || !isPlotOf(state)) return false;
        const auto isViewSettled = [&](ExportView which) {
            const InstantView* view = m_window.views().view(which);
            return !view->isVisible() || (!view->isBusy() && !view->outdated());
        };
        return isViewSettled(ExportView::Flame) && isViewSettled(ExportView::Flow) &&
               isViewSettled(ExportView::Traces) && !m_window.views().inspector().isBusy();
    }

private:
    bool isPlotOf(const ViewState& state) const {
        const auto& plot = m_window.views().timePlot().result();
        return plot && plot->counted == Counted::of(state) &&
               (plot->selected ? std::optional(plot->selected->line) : std::nullopt) == state.selectedLine;
    }

    test::ThreadWatchdog& m_application;
    MainWindow& m_window;
};

void measure(test::ThreadWatchdog& application, const std::filesystem::path& filebase, const std::string& title) {
    std::printf("%s\n  %-44s %8s %8s %8s %8s\n", title.c_str(), "", "ms", "CPU ms", "longest", "MB");
    MainWindow window;
    Measurement table(application, window);
    window.resize(1600, 1000);
    table.row("an empty window", 1, [&](int) { window.show(); }, [&] { return window.isVisible(); });
    const Document* before = nullptr;
    const auto isComplete = [&] {
        return window.document() != before && window.document()->state() == Document::State::Complete &&
               table.isSettled();
    };
    const auto open = [&](int) {
        before = window.document();
        window.open(QString::fromStdString(filebase.string()));
    };
    table.row("opened: the first plot", 1, open,
              [&] { return window.document() != before && window.views().timePlot().result() != nullptr; });
    table.row("  ... digested, and all that is in sight", 1, [](int) {}, isComplete);
    table.row("opened again, with its digest", 1, open, isComplete);
    table.row("  ... and the summary", 1, [](int) {}, [&] { return !window.views().summary().findings().empty(); });
    ViewStateStore& store = window.store();
    const Micros end = window.document()->status().recording.end();
    const auto at = [&](int round) { return Micros(end.count * (round + 1) / (kRounds + 2)); };
    const auto changeUntil = [&](const char* name, const std::function<bool()>& isDone,
                                 const std::function<void(ViewState&, int)>& edit) {
        table.row(
            name, kRounds, [&](int round) { store.change([&](ViewState& state) { edit(state, round); }); }, isDone);
    };
    const auto change = [&](const char* name, const std::function<void(ViewState&, int)>& edit) {
        changeUntil(name, [&] { return table.isInSight(); }, edit);
    };
    const auto changeExactly = [&](const char* name, const std::function<void(ViewState&, int)>& edit) {
        changeUntil(name, [&] { return table.isSettled(); }, edit);
    };
    change("another instant", [&](ViewState& state, int round) { state.showInstant(at(round)); });
    table.row(
        "light or dark", kRounds, [](int round) { applyTheme(round % 2 == 0 ? Theme::Dark : Theme::Light); },
        [&] { return table.isInSight(); });
    std::vector<LineIndex> lines;
    for (const LineUsage& usage : window.views().result()->lines().lines) lines.push_back(usage.line);
    if (lines.empty()) return;
    const auto lineOf = [&](int round) { return lines[static_cast<std::size_t>(round) % lines.size()]; };
    const auto select = [&](ViewState& state, int round) { state.selectedLine = lineOf(round); };
    const auto filter = [&](ViewState& state, int round) {
        state.filters = {{TraceFilter::By::Line, lineOf(round), {}, {}, round % 2 == 0}};
    };
    change("another line", select);
    changeExactly("  ... exactly", [&](ViewState& state, int round) { select(state, round + kRounds); });
    store.change([](ViewState& state) { state.selectedLine.reset(); });
    change("another filter", filter);
    changeExactly("  ... exactly", [&](ViewState& state, int round) { filter(state, round + kRounds); });
    store.change([](ViewState& state) { state.filters.clear(); });
    change("another interval: change", [&](ViewState& state, int round) {
        state.mode = IntervalMode::Change;
        state.showInterval(at(round), at(round + 1));
    });
    change("another interval: still alive", [&](ViewState& state, int round) {
        state.mode = IntervalMode::StillAlive;
        state.showInterval(at(round), at(round + 1));
    });
    store.change([](ViewState& state) { state.leaveInterval(); });
    window.views().bringIntoSight(ExportView::Flow);
    change("another instant, in the flow graph",
           [&](ViewState& state, int round) { state.showInstant(at(kRounds - round)); });
}

}  // namespace

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    test::ThreadWatchdog application(argc, argv);
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("heapprof-benchmark"));
    QSettings().clear();
    initResources();
    applyTheme(Theme::Light);
    LayoutProcess::setProgram(QCoreApplication::applicationDirPath() + QStringLiteral("/heapprof-workstation"));
    if (argc > 2 && std::string(argv[1]) == "--capture") {
        measure(application, argv[2], argv[2]);
        return 0;
    }
    benchmarks::Shape shape;
    if (argc > 1) shape.events = std::strtoull(argv[1], nullptr, 10);
    std::istringstream traceCounts(argc > 2 ? argv[2] : "2000,200000");
    const std::filesystem::path folder =
        (argc > 3 ? std::filesystem::path(argv[3]) : std::filesystem::temp_directory_path()) / "heapprof-window-speed";
    for (std::string traces; std::getline(traceCounts, traces, ',');) {
        shape.traces = static_cast<std::uint32_t>(std::stoul(traces));
        std::filesystem::create_directories(folder);
        qputenv("XDG_CACHE_HOME", QByteArray::fromStdString((folder / "cache").string()));  // all have one identity
        benchmarks::GeneratedV2(folder / "generated", shape).end();
        measure(application, folder / "generated", std::to_string(shape.events) + " events, " + traces + " traces");
        std::filesystem::remove_all(folder);
    }
}
