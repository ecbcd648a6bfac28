// Where the frames of a flame graph lie: against a model that looks at every pixel.
#include "gui/flamegraph/flame_layout.h"

#include <QTest>
#include <cmath>

#include "tests/gui/made_results.h"

namespace heapprof::gui {
namespace {

/// A tree whose magnitudes are small and uneven, with own bytes, empty nodes and all.
CallTree makeRandomTree(std::mt19937& random, std::size_t nodes) {
    MadeCapture made;
    std::vector<FrameIndex> frames;
    for (std::uint32_t i = 0; i < 12; ++i) frames.push_back(made.frame({"/a/f.py", "f", i + 1}));
    while (made.traces().nodeCount() < nodes) {
        std::vector<FrameIndex> stack(1 + random() % 9);
        for (auto& each : stack) each = frames[random() % frames.size()];
        const std::int64_t bytes = random() % 5 == 0 ? 0 : 1 + random() % (random() % 3 ? 40 : 4000);
        made.setUsage(made.trace(stack), bytes, 1);
    }
    return makeCallTree(made.snapshot(), made.traces(), {});
}

/// What the layout must be, straight from its definition.
struct Model {
    explicit Model(const CallTree& shown) : tree(shown), start(shown.nodes.size()) { place(0, 0); }
    void place(std::uint32_t node, std::int64_t at) {
        start[node] = at;
        for (std::uint32_t c = 0; c < tree.nodes[node].childCount; ++c) {
            place(tree.nodes[node].firstChild + c, at);
            at += tree.magnitude[tree.nodes[node].firstChild + c];
        }
    }
    /// The node on which the pixel's centre lies; -1 when there is none.
    std::int64_t owner(std::uint32_t depth, const FlameViewport& viewport, int pixel) const {
        const double centre = viewport.left + (pixel + 0.5) * viewport.width / viewport.pixels;
        for (std::uint32_t node = 0; node < tree.nodes.size(); ++node) {
            if (tree.nodes[node].depth == depth && static_cast<double>(start[node]) <= centre &&
                centre < static_cast<double>(start[node] + tree.magnitude[node])) {
                return node;
            }
        }
        return -1;
    }
    const CallTree& tree;
    std::vector<std::int64_t> start;
};

class FlameLayoutTest : public QObject {
    Q_OBJECT

private slots:
    void everyPixelHasTheOwnerOfItsCentre();
    void everyMarkedNodeGetsAPixel();
    void edgesAgreeAtAnyZoom();
    void costDependsOnPixels();
};

void FlameLayoutTest::everyPixelHasTheOwnerOfItsCentre() {
    std::mt19937 random(11);
    for (int round = 0; round < 40; ++round) {
        const CallTree tree = makeRandomTree(random, 20 + random() % 300);
        const FlameLayout layout(tree);
        const Model model(tree);
        QCOMPARE(layout.rowCount(), tree.depth + 1);
        for (std::uint32_t node = 0; node < tree.nodes.size(); ++node) QCOMPARE(layout.start(node), model.start[node]);
        for (int zoom = 0; zoom < 4; ++zoom) {
            // Irrational numbers keep centres off the edges, where rounding may go either way.
            FlameViewport viewport;
            viewport.pixels = 1 + static_cast<int>(random() % 90);
            viewport.width = static_cast<double>(layout.total()) / (1 + 7.3 * zoom) * 0.9913577;
            viewport.left = (static_cast<double>(layout.total()) - viewport.width) * (random() % 1000) / 999.37;
            for (std::uint32_t depth = 0; depth < layout.rowCount(); ++depth) {
                std::vector<FlameSpan> spans;
                layout.visibleSpans(depth, viewport, spans);
                std::vector<std::int64_t> painted(static_cast<std::size_t>(viewport.pixels), -1);
                for (const FlameSpan& span : spans) {
                    QVERIFY(span.begin < span.end && span.begin >= 0 && span.end <= viewport.pixels);
                    for (int pixel = span.begin; pixel < span.end; ++pixel) {
                        QCOMPARE(painted[static_cast<std::size_t>(pixel)], -1);
                        painted[static_cast<std::size_t>(pixel)] = span.node;
                    }
                }
                for (int pixel = 0; pixel < viewport.pixels; ++pixel) {
                    QCOMPARE(painted[static_cast<std::size_t>(pixel)], model.owner(depth, viewport, pixel));
                    const auto hit = layout.nodeAt(depth, viewport.toPosition(pixel + 0.5));
                    QCOMPARE(hit ? std::int64_t{*hit} : -1, model.owner(depth, viewport, pixel));
                }
            }
        }
    }
}

void FlameLayoutTest::everyMarkedNodeGetsAPixel() {
    std::mt19937 random(5);
    for (int round = 0; round < 40; ++round) {
        const CallTree tree = makeRandomTree(random, 400);
        const FlameLayout layout(tree);
        std::vector<std::uint32_t> marked;
        for (std::uint32_t node = 0; node < tree.nodes.size(); ++node) {
            if (random() % 3 == 0) marked.push_back(node);
        }
        FlameViewport viewport{0, static_cast<double>(layout.total()), 1 + static_cast<int>(random() % 60)};
        if (round % 2) {
            viewport.left = viewport.width * 0.31;
            viewport.width *= 0.4;
        }
        for (std::uint32_t depth = 0; depth < layout.rowCount(); ++depth) {
            std::vector<FlameSpan> spans;
            layout.markedSpans(marked, depth, viewport, spans);
            QVERIFY(spans.size() <= static_cast<std::size_t>(2 * viewport.pixels));
            for (const std::uint32_t node : marked) {
                if (tree.nodes[node].depth != depth || tree.magnitude[node] == 0) continue;
                const double middle = viewport.toPixels(
                    (static_cast<double>(layout.start(node)) + static_cast<double>(layout.end(node))) / 2);
                if (middle < 0 || middle >= viewport.pixels) continue;
                // The pixel that holds the node's middle is painted, or the one beside it when rounding moved a wide
                // one.
                const auto holds = [&](const FlameSpan& span) {
                    return span.begin <= std::floor(middle) + 0.5 && std::floor(middle) < span.end + 0.5;
                };
                QVERIFY(std::any_of(spans.begin(), spans.end(), holds));
            }
            for (const FlameSpan& span : spans) {
                QVERIFY(std::binary_search(marked.begin(), marked.end(), span.node));
                QVERIFY(span.begin >= 0 && span.begin < span.end && span.end <= viewport.pixels);
            }
        }
    }
}

void FlameLayoutTest::edgesAgreeAtAnyZoom() {
    // Four tebibytes, looked at sixteen bytes at a time: far beyond what 32-bit floats can tell apart.
    MadeCapture made;
    const FrameIndex outer = made.frame({"/a/m.py", "main", 1});
    std::vector<TraceIndex> traces;
    for (std::uint32_t i = 0; i < 6; ++i) traces.push_back(made.trace({outer, made.frame({"/a/m.py", "f", 10 + i})}));
    made.setUsage(traces[0], std::int64_t{1} << 42);
    for (std::uint32_t i = 1; i < 6; ++i) made.setUsage(traces[i], 6 - i);
    const auto result = made.result();
    const FlameLayout layout(result->tree());
    const FlameViewport viewport{static_cast<double>(layout.total() - 16), 16, 1600};
    std::vector<FlameSpan> spans;
    layout.visibleSpans(2, viewport, spans);
    QCOMPARE(spans.size(), std::size_t{6});
    int at = 0;
    const int widths[] = {100, 500, 400, 300, 200, 100};
    for (std::size_t i = 0; i < 6; ++i) {
        QCOMPARE(spans[i].begin, at);
        QCOMPARE(spans[i].end, at += widths[i]);
    }
}

void FlameLayoutTest::costDependsOnPixels() {
    // One row of 1e6 frames: one span per pixel is painted, not one per frame.
    CallTree tree;
    constexpr std::uint32_t kCount = 1'000'000;
    tree.nodes.resize(kCount + 1);
    tree.magnitude.assign(kCount + 1, 3);
    tree.magnitude[0] = 3 * std::int64_t{kCount};
    tree.nodes[0].firstChild = 1;
    tree.nodes[0].childCount = kCount;
    for (std::uint32_t i = 1; i <= kCount; ++i) tree.nodes[i].depth = 1;
    const FlameLayout layout(tree);
    std::vector<FlameSpan> spans;
    for (const int pixels : {1, 400, 1600}) {
        layout.visibleSpans(1, {0, static_cast<double>(tree.magnitude[0]), pixels}, spans);
        QCOMPARE(spans.size(), static_cast<std::size_t>(pixels));
    }
}

}  // namespace
}  // namespace heapprof::gui

using heapprof::gui::FlameLayoutTest;
QTEST_MAIN(FlameLayoutTest)
#include "flame_layout_test.moc"
