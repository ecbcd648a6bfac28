// How long the flame graph takes with very many frames: build, paint, hover, search. Prints a table of CPU times; not a
// test.
//   flame_paint [FRAMES [WIDTH HEIGHT]]
#include <QApplication>
#include <QImage>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <memory>
#include <random>
#include <vector>

#include "gui/flamegraph/flame_band.h"
#include "gui/flamegraph/flame_painter.h"
#include "gui/flamegraph/flame_search.h"
#include "tests/gui/made_results.h"

namespace {

using namespace heapprof;
using namespace heapprof::gui;

/// Of this thread's own work, so that a busy machine does not show.
class CpuTimer {
public:
    CpuTimer() { restart(); }
    void restart() { m_start = now(); }
    double milliseconds() const { return now() - m_start; }

private:
    static double now() {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
    }
    double m_start = 0;
};

void report(const char* what, std::vector<double> times) {
    std::sort(times.begin(), times.end());
    std::printf("%-34s median %8.3f ms   p95 %8.3f ms   max %8.3f ms\n", what, times[times.size() / 2],
                times[times.size() * 95 / 100], times.back());
}

}  // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", qgetenv("QT_QPA_PLATFORM").isEmpty() ? "offscreen" : qgetenv("QT_QPA_PLATFORM"));
    QApplication application(argc, argv);
    const std::size_t frames = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    const int width = argc > 3 ? std::atoi(argv[2]) : 1920;
    const int height = argc > 3 ? std::atoi(argv[3]) : 1080;

    const auto result = makeBigCapture(frames).result();
    CpuTimer timer;
    const auto scene = std::make_shared<const FlameScene>(result);
    const double layoutTime = timer.milliseconds();
    timer.restart();
    const CallTree tree = makeCallTree(result->snapshot(), result->traces(), {});
    std::printf("%zu frames in %u rows, %d x %d pixels\n", tree.nodes.size(), scene->layout.rowCount(), width, height);
    std::printf("%-34s %15.3f ms\n", "merge the stacks into a tree", timer.milliseconds());
    std::printf("%-34s %15.3f ms   %.1f MB\n", "lay the tree out", layoutTime,
                static_cast<double>(tree.nodes.size() * 2 * sizeof(std::int64_t)) * 1e-6);

    FlamePainter painter(scene, application.palette(), application.font());
    QImage image(width, height, QImage::Format_RGB32);
    FlameWindow window;
    window.height = height;
    window.rowHeight = QFontMetrics(application.font()).height() + 6;
    window.rows = scene->layout.rowCount();
    const auto total = static_cast<double>(scene->layout.total());
    std::mt19937 random(1);
    std::vector<double> whole, zoomed;
    for (int i = 0; i < 300; ++i) {
        const double depth = i % 30;  // the further in, the fewer frames
        window.x = {0, total * std::pow(0.7, depth), width};
        window.x.left = (total - window.x.width) * (random() % 1000) / 1000.0;
        timer.restart();
        painter.paintImage(image, window);
        (i % 30 == 0 ? whole : zoomed).push_back(timer.milliseconds());
    }
    report("paint the whole graph", whole);
    report("paint, zoomed to any depth", zoomed);

    std::vector<double> hits;
    window.x = {0, total, width};
    std::size_t found = 0;
    for (int i = 0; i < 1000; ++i) {
        timer.restart();
        for (int k = 0; k < 100; ++k) {
            found += scene->layout.nodeAt(random() % window.rows, total * (random() % 100000) / 1e5).has_value();
        }
        hits.push_back(timer.milliseconds());
    }
    report("100 hit tests", hits);
    hits.clear();
    for (int i = 0; i < 1000; ++i) {
        timer.restart();
        for (int k = 0; k < 100; ++k) {
            const auto node = scene->layout.nodeAt(random() % window.rows, total * (random() % 100000) / 1e5);
            found += node && bandOf(*scene, *node, window.x);
        }
        hits.push_back(timer.milliseconds());
    }
    report("100 hit tests, with their bands", hits);

    timer.restart();
    const FlameMatches matches = matchesIn(*scene, {"function17", {}}, 0);
    std::printf("%-34s %15.3f ms   %zu matches\n", "search", timer.milliseconds(), matches.nodes.size());
    std::vector<double> overlays;
    for (int i = 0; i < 100; ++i) {
        timer.restart();
        QPainter overlay(&image);
        painter.paintMarked(overlay, window, matches.nodes, painter.palette().match());
        overlay.end();
        overlays.push_back(timer.milliseconds());
    }
    report("paint the matches", overlays);

    std::vector<double> strips;
    FlameStrip strip;
    strip.height = 36;
    strip.rows = window.rows;
    strip.tallest = 4;
    QImage small(width, strip.height, QImage::Format_RGB32);
    for (int i = 0; i < 100; ++i) {
        timer.restart();
        painter.paintStrip(small, {0, total, width}, strip, {{matches.nodes, painter.palette().match()}});
        strips.push_back(timer.milliseconds());
    }
    report("paint the overview and the matches", strips);
    return found == 0;
}
