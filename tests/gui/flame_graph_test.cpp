// The flame graph: its layout against a model that looks at every pixel, and the widget as a user drives it.
#include <QBuffer>
#include <QComboBox>
#include <QElapsedTimer>
#include <QImage>
#include <QPainter>
#include <QSignalSpy>
#include <QSvgGenerator>
#include <cmath>

#include "gui/common/frame_labels.h"
#include "gui/flamegraph/flame_search.h"
#include "tests/gui/flame_stage.h"

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

class FlameGraphTest : public QObject {
    Q_OBJECT

private slots:
    void everyPixelHasTheOwnerOfItsCentre();
    void everyMarkedNodeGetsAPixel();
    void edgesAgreeAtAnyZoom();
    void costDependsOnPixels();
    void searchCountsCoveredBytesOnce();
    void clickSelectsTheLine();
    void selectionFromElsewhereIsOutlined();
    void doubleClickFocusesAndEscapeGoesBack();
    void keysMoveFromFrameToFrame();
    void wheelZoomsPansAndScrolls();
    void dragPans();
    void searchStepsThroughMatches();
    void narrowMatchIsPainted();
    void toolsChangeTheState();
    void detailsAndToolTipsAreFullText();
    void differencesShowSigns();
    void emptyAndNoStack();
    void zoomSurvivesTheNextInstant();
    void lateResultsAreDropped();
    void deepRecursionDoesNotHang();
    void aMillionFramesDoNotHang();
    void pageHoldsTheWholeGraph();
};

void FlameGraphTest::everyPixelHasTheOwnerOfItsCentre() {
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

void FlameGraphTest::everyMarkedNodeGetsAPixel() {
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

void FlameGraphTest::edgesAgreeAtAnyZoom() {
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

void FlameGraphTest::costDependsOnPixels() {
    // One row of 1e6 frames: at most one span per pixel, found without looking at them all.
    MadeCapture made;
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
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 200; ++i) {
        layout.visibleSpans(1, {0, static_cast<double>(tree.magnitude[0]), 1600}, spans);
    }
    QCOMPARE(spans.size(), std::size_t{1600});
    QVERIFY2(timer.elapsed() < 2000, "200 rows of a million frames");
}

void FlameGraphTest::searchCountsCoveredBytesOnce() {
    MadeCapture made;
    const FrameIndex a = made.frame({"/p/Alpha.py", "run", 1}), b = made.frame({"/p/beta.py", "Alpha", 2}),
                     c = made.frame({"/p/gamma.py", "go", 3});
    made.setUsage(made.trace({a, b}), 100);
    made.setUsage(made.trace({c, b}), 30);
    made.setUsage(made.trace({c}), 7);
    const auto result = made.result();
    const FlameLayout layout(result->tree());
    const auto matches = findMatches(result->tree(), result->traces(), layout, "aLPHa", 0, layout.total());
    QCOMPARE(matches.nodes.size(), std::size_t{3});
    QCOMPARE(matches.matched, std::int64_t{130});
    QVERIFY(std::is_sorted(matches.nodes.begin(), matches.nodes.end()));
    // Within the right part only.
    const auto part = findMatches(result->tree(), result->traces(), layout, "alpha", 100, 137);
    QCOMPARE(part.nodes.size(), std::size_t{1});
    QCOMPARE(part.matched, std::int64_t{30});
    QVERIFY(findMatches(result->tree(), result->traces(), layout, "", 0, 137).nodes.empty());
}

void FlameGraphTest::clickSelectsTheLine() {
    Stage stage(makeSampleCapture());
    for (const std::uint32_t node : {1u, 2u, stage.tree().nodes[1].firstChild}) {
        stage.click(node);
        QCOMPARE(stage.store.state().selectedLine, std::optional(stage.lineOf(node)));
        QCOMPARE(stage.canvas->currentNode(), std::optional(node));
    }
    const auto before = stage.store.state();
    QTest::mouseClick(stage.canvas, Qt::LeftButton, {}, QPoint(5, stage.canvas->height() - 2));  // below the graph
    QCOMPARE(stage.store.state(), before);
    stage.store.back();
    QCOMPARE(stage.store.state().selectedLine, std::optional(stage.lineOf(2)));
}

void FlameGraphTest::selectionFromElsewhereIsOutlined() {
    Stage stage(makeSampleCapture());
    const std::uint32_t node = stage.tree().nodes[1].firstChild;
    const QPoint corner = stage.canvas->nodeRectangle(node).topLeft().toPoint();
    const QRgb before = stage.canvas->grab().toImage().pixel(corner);
    QSignalSpy changes(&stage.store, &ViewStateStore::changed);
    stage.store.change([&](ViewState& state) { state.selectedLine = stage.lineOf(node); });
    stage.settle();
    QVERIFY(stage.canvas->grab().toImage().pixel(corner) != before);
    QCOMPARE(changes.size(), 1);  // following does not change anything itself
    stage.store.change([](ViewState& state) { state.selectedLine.reset(); });
    stage.settle();
    QCOMPARE(stage.canvas->grab().toImage().pixel(corner), before);
}

void FlameGraphTest::doubleClickFocusesAndEscapeGoesBack() {
    Stage stage(makeSampleCapture());
    const std::uint32_t node = stage.tree().nodes[2].firstChild;
    stage.doubleClick(node);
    QCOMPARE(stage.store.state().focus, pathTo(stage.tree(), node));
    QCOMPARE(stage.canvas->focusNode(), node);
    QCOMPARE(stage.canvas->left(), static_cast<double>(stage.canvas->scene()->layout.start(node)));
    // Its callers are kept, and are as wide as the window; their other callees are gone.
    const double all = stage.canvas->QWidget::width();
    for (std::uint32_t above = node;; above = stage.tree().nodes[above].parent) {
        QVERIFY(stage.canvas->nodeRectangle(above).width() > all - 3);
        if (above == 0) break;
    }
    QVERIFY(stage.canvas->nodeRectangle(node + 1).isNull());

    const std::uint32_t deeper = stage.tree().nodes[node].firstChild;
    stage.doubleClick(deeper);
    QCOMPARE(stage.canvas->focusNode(), deeper);
    QTest::keyClick(stage.canvas, Qt::Key_Escape);
    while (stage.store.state().focus == pathTo(stage.tree(), deeper)) QTest::keyClick(stage.canvas, Qt::Key_Escape);
    QCOMPARE(stage.canvas->focusNode(), node);
    QVERIFY(stage.store.canGoForward());
    QTest::keyClick(stage.canvas, Qt::Key_Escape);
    QVERIFY(stage.store.state().focus.empty());
    QCOMPARE(stage.canvas->width(), stage.canvas->homeWidth());
    stage.store.forward();
    QCOMPARE(stage.canvas->focusNode(), node);
    // When something else was done since, Escape does not undo that.
    stage.store.change([](ViewState& state) { state.time = Micros(5); });
    QTest::keyClick(stage.canvas, Qt::Key_Escape);
    QVERIFY(stage.store.state().focus.empty());
    QCOMPARE(stage.store.state().time, std::optional(Micros(5)));
    // Another tree: the same frames are found again.
    stage.store.back();
    const auto path = stage.store.state().focus;
    stage.store.change([](ViewState& state) { state.tree.grouping = Grouping::Function; });
    stage.settle();
    QCOMPARE(stage.tree().nodes[stage.canvas->focusNode()].depth, static_cast<std::uint32_t>(path.size()));
}

void FlameGraphTest::keysMoveFromFrameToFrame() {
    Stage stage(makeSampleCapture());
    stage.canvas->setFocus();
    QTest::keyClick(stage.canvas, Qt::Key_Down);
    QCOMPARE(stage.canvas->currentNode(), std::optional(0u));
    QTest::keyClick(stage.canvas, Qt::Key_Down);
    QCOMPARE(stage.canvas->currentNode(), std::optional(1u));
    QCOMPARE(stage.store.state().selectedLine, std::optional(stage.lineOf(1)));
    QTest::keyClick(stage.canvas, Qt::Key_Right);
    QCOMPARE(stage.canvas->currentNode(), std::optional(2u));
    QTest::keyClick(stage.canvas, Qt::Key_Left);
    QTest::keyClick(stage.canvas, Qt::Key_Left);  // there is nothing further left
    QCOMPARE(stage.canvas->currentNode(), std::optional(1u));
    QTest::keyClick(stage.canvas, Qt::Key_Down);
    QCOMPARE(stage.canvas->currentNode(), std::optional(stage.tree().nodes[1].firstChild));
    QTest::keyClick(stage.canvas, Qt::Key_Up);
    QCOMPARE(stage.canvas->currentNode(), std::optional(1u));
    stage.store.back();  // the whole walk is one step
    QVERIFY(!stage.store.state().selectedLine);
    QVERIFY(!stage.store.canGoBack());

    QTest::keyClick(stage.canvas, Qt::Key_Right);
    QTest::keyClick(stage.canvas, Qt::Key_Return);
    QCOMPARE(stage.canvas->focusNode(), 2u);
    QTest::keyClick(stage.canvas, Qt::Key_Plus);
    QVERIFY(stage.canvas->isZoomed());
    QTest::keyClick(stage.canvas, Qt::Key_Escape);
    QVERIFY(!stage.canvas->isZoomed());
    QCOMPARE(stage.canvas->focusNode(), 2u);

    // In a flame the keys follow the eye: what is called stands above.
    stage.view.findChild<QComboBox*>(QStringLiteral("flameDirection"))->setCurrentIndex(1);
    QTest::keyClick(stage.canvas, Qt::Key_Up);
    QCOMPARE(stage.canvas->currentNode(), std::optional(stage.tree().nodes[2].firstChild));
    QVERIFY(stage.middleOf(stage.tree().nodes[2].firstChild).y() < stage.middleOf(2).y());
    QVERIFY(!stage.canvas->accessibleDescription().isEmpty());
}

void FlameGraphTest::wheelZoomsPansAndScrolls() {
    Stage stage(makeSampleCapture(), {600, 200});
    const QPointF at(200, 40);
    const double position = stage.canvas->left() + at.x() / stage.canvas->QWidget::width() * stage.canvas->width();
    for (int i = 0; i < 12; ++i) stage.wheel({0, 120}, Qt::ControlModifier, at);
    QVERIFY(stage.canvas->isZoomed());
    const double after = stage.canvas->left() + at.x() / stage.canvas->QWidget::width() * stage.canvas->width();
    QVERIFY(std::abs(after - position) < stage.canvas->width() * 1e-9);
    const double left = stage.canvas->left();
    stage.wheel({0, -120}, Qt::ShiftModifier, at);
    QVERIFY(stage.canvas->left() > left);
    QCOMPARE(stage.canvas->scroll(), 0);
    stage.wheel({0, -120}, {}, at);
    QVERIFY(stage.canvas->scroll() > 0);
    for (int i = 0; i < 500; ++i) stage.wheel({0, -120}, {}, at);
    QCOMPARE(stage.canvas->scroll(), stage.canvas->maxScroll());
    for (int i = 0; i < 500; ++i) stage.wheel({0, 120}, Qt::ControlModifier, at);
    QVERIFY(stage.canvas->width() >= 15.9);  // it ends somewhere
    for (int i = 0; i < 500; ++i) stage.wheel({0, -120}, Qt::ControlModifier, at);
    QCOMPARE(stage.canvas->width(), stage.canvas->homeWidth());
    QCOMPARE(stage.canvas->left(), 0.0);
}

void FlameGraphTest::dragPans() {
    Stage stage(makeSampleCapture(), {600, 200});
    for (int i = 0; i < 5; ++i) stage.wheel({0, 120}, Qt::ControlModifier, {300, 40});
    const double left = stage.canvas->left();
    const auto before = stage.store.state();
    QTest::mousePress(stage.canvas, Qt::LeftButton, {}, {300, 100});
    QTest::mouseMove(stage.canvas, {250, 80});
    QTest::mouseMove(stage.canvas, {200, 60});
    QTest::mouseRelease(stage.canvas, Qt::LeftButton, {}, {200, 60});
    QVERIFY(std::abs(stage.canvas->left() - left - 100 * stage.canvas->width() / stage.canvas->QWidget::width()) <
            stage.canvas->width() * 0.01);
    QCOMPARE(stage.canvas->scroll(), 40);
    QCOMPARE(stage.store.state(), before);  // a drag picks nothing
}

void FlameGraphTest::searchStepsThroughMatches() {
    Stage stage(makeSampleCapture());
    QTest::keyClick(stage.canvas, Qt::Key_F, Qt::ControlModifier);
    QTRY_VERIFY(stage.search->hasFocus());
    QTest::keyClicks(stage.search, QStringLiteral("row_data"));
    stage.settle();
    const auto& scene = *stage.canvas->scene();
    const auto matches = findMatches(scene.tree(), scene.traces(), scene.layout, "row_data", 0, scene.layout.total());
    const auto count = static_cast<int>(matches.nodes.size());
    QVERIFY(count > 20);
    QVERIFY(stage.status->text().startsWith(QStringLiteral("0/%1,").arg(count)));
    QVERIFY(stage.status->text().contains(QStringLiteral("% of total matched")));
    QTest::keyClick(stage.search, Qt::Key_Return);
    QVERIFY(stage.status->text().startsWith(QStringLiteral("1/%1,").arg(count)));
    QCOMPARE(stage.canvas->currentNode(), std::optional(matches.nodes[0]));
    QVERIFY(stage.canvas->rect().contains(stage.middleOf(matches.nodes[0])));
    QTest::keyClick(stage.search, Qt::Key_Return);
    QCOMPARE(stage.canvas->currentNode(), std::optional(matches.nodes[1]));
    QTest::keyClick(stage.search, Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClick(stage.search, Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(stage.canvas->currentNode(), std::optional(matches.nodes.back()));
    QVERIFY(stage.canvas->nodeRectangle(matches.nodes.back()).width() >= 4);  // zoomed in until it can be seen
    stage.press(QStringLiteral("flameNextMatch"));
    QCOMPARE(stage.canvas->currentNode(), std::optional(matches.nodes[0]));
    stage.search->setText(QStringLiteral("no such thing"));
    stage.settle();
    QCOMPARE(stage.status->text(), QStringLiteral("no match"));
    QTest::keyClick(stage.search, Qt::Key_Escape);
    QVERIFY(stage.search->text().isEmpty() && stage.status->text().isEmpty());
}

void FlameGraphTest::narrowMatchIsPainted() {
    MadeCapture made;
    const FrameIndex outer = made.frame({"/a/main.py", "main", 1});
    made.setUsage(made.trace({outer, made.frame({"/a/big.py", "big", 1})}), 1'000'000'000);
    for (std::uint32_t i = 0; i < 50; ++i) {
        made.setUsage(made.trace({outer, made.frame({"/a/small.py", i == 37 ? "needle" : "hay", i + 1})}), 1000);
    }
    Stage stage(made, {500, 200});
    const auto count = [&] {
        const QRgb match = FlamePalette(stage.canvas->palette()).match();
        const QImage image = stage.canvas->grab().toImage();
        int found = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) found += (image.pixel(x, y) | 0xff000000) == match;
        }
        return found;
    };
    QCOMPARE(count(), 0);
    stage.search->setText(QStringLiteral("needle"));
    stage.settle();
    QVERIFY2(count() >= 10, "one pixel wide, one row high");
}

void FlameGraphTest::toolsChangeTheState() {
    Stage stage(makeSampleCapture());
    auto* grouping = stage.view.findChild<QComboBox*>(QStringLiteral("flameGrouping"));
    stage.doubleClick(1);
    QTest::keyClick(grouping, Qt::Key_End);
    stage.settle();
    QCOMPARE(stage.store.state().tree.grouping, Grouping::Module);
    QCOMPARE(stage.canvas->scene()->label(1), QStringLiteral("main"));
    QVERIFY(!stage.store.state().focus.empty());
    stage.press(QStringLiteral("flameShowAll"));
    QVERIFY(stage.store.state().focus.empty());
    auto* hide = stage.view.findChild<QToolButton*>(QStringLiteral("flameHidden"));
    const auto hidden = [&](const char* name) {
        emit hide->menu()->aboutToShow();
        return hide->menu()->findChild<QAction*>(QLatin1String(name));
    };
    QVERIFY(hidden("hideInternal")->isChecked() && !hidden("hideStandardLibrary")->isChecked());
    hidden("hideInternal")->trigger();
    QVERIFY(!stage.store.state().tree.hidden.internal && !hide->isChecked());
    hidden("hideStandardLibrary")->trigger();
    QVERIFY(stage.store.state().tree.hidden.standardLibrary && hide->isChecked());
    stage.settle();
    stage.press(QStringLiteral("flameMergeRecursion"));
    QVERIFY(stage.store.state().tree.mergeRecursion);
    stage.doubleClick(1);
    stage.press(QStringLiteral("flameBottomUp"));
    QVERIFY(stage.store.state().tree.bottomUp);
    QVERIFY(stage.store.state().focus.empty());
    QVERIFY(stage.canvas->scene()->result->treeOptions.bottomUp);
    // And the tools follow the history.
    while (stage.store.canGoBack()) stage.store.back();
    QCOMPARE(grouping->currentIndex(), 0);
    QVERIFY(!stage.view.findChild<QToolButton*>(QStringLiteral("flameBottomUp"))->isChecked());
    QVERIFY(!hide->isChecked() && hidden("hideInternal")->isChecked());
}

void FlameGraphTest::detailsAndToolTipsAreFullText() {
    MadeCapture made;
    made.setUsage(made.trace({made.frame({"/a/<b>bold</b>.py", "f\n\x01\xff", 3})}), 3 << 20, 1234, 1 << 19);
    made.setUsage(made.trace({}), 1 << 20);
    Stage stage(made);
    const QString details = stage.canvas->scene()->details(1, QStringLiteral(" | "));
    QVERIFY2(details.startsWith(QStringLiteral("/a/<b>bold</b>.py:3 (f")), qPrintable(details));
    QVERIFY(details.contains(QStringLiteral("3.00 MiB")) &&
            details.contains(QStringLiteral("(95 %: 2.16 to 4.16 MiB)")));
    QVERIFY(details.contains(QStringLiteral("75.0 % ± 6.1 % of total")) && details.contains(QStringLiteral("1,234")));
    QVERIFY(!details.contains(QLatin1Char('\n')) && !details.contains(QChar(1)));
    QTest::mouseMove(stage.canvas, stage.middleOf(1));
    auto* strip = stage.view.findChild<QLabel*>(QStringLiteral("flameDetails"));
    QTRY_VERIFY(strip->text().contains(QStringLiteral("<b>bold</b>")));
    QCOMPARE(strip->textFormat(), Qt::PlainText);
    QCOMPARE(stage.canvas->scene()->label(2), QStringLiteral("(no Python stack)"));
    QCOMPARE(stage.canvas->scene()->label(0), QStringLiteral("total"));
}

void FlameGraphTest::differencesShowSigns() {
    MadeCapture made;
    const TraceIndex grows = made.trace({made.frame({"/a/grow.py", "grow", 1})});
    const TraceIndex shrinks = made.trace({made.frame({"/a/shrink.py", "shrink", 1})});
    made.setUsage(grows, 1000);
    made.setUsage(shrinks, 5000);
    const Snapshot before = made.snapshot(Micros(1));
    made.setUsage(grows, 4000);
    made.setUsage(shrinks, 1000);
    ViewStateStore store;
    FlameGraphView view(store);
    view.resize(600, 200);
    view.show();
    view.showResult(made.differenceFrom(before));
    QTRY_VERIFY(!view.isBusy());
    auto* canvas = view.findChild<FlameCanvas*>();
    QCOMPARE(canvas->scene()->layout.total(), std::int64_t{7000});
    QCOMPARE(canvas->scene()->amount(0).left(1), QStringLiteral("-"));
    QCOMPARE(canvas->scene()->amount(1).left(1), QStringLiteral("-"));
    QCOMPARE(canvas->scene()->amount(2).left(1), QStringLiteral("+"));
    const QImage image = canvas->grab().toImage();
    const QColor shrunk(image.pixel(canvas->nodeRectangle(1).bottomRight().toPoint() - QPoint(3, 3)));
    const QColor grown(image.pixel(canvas->nodeRectangle(2).bottomRight().toPoint() - QPoint(3, 3)));
    QVERIFY(shrunk.blue() > shrunk.red() + 50);
    QVERIFY(grown.red() > grown.blue() + 50);
}

void FlameGraphTest::emptyAndNoStack() {
    ViewStateStore store;
    FlameGraphView view(store);
    view.resize(500, 200);
    view.show();
    view.grab();
    auto* canvas = view.findChild<FlameCanvas*>();
    for (const auto& result : {std::shared_ptr<const InstantResult>(), MadeCapture().result()}) {
        QSignalSpy settled(&view, &InstantView::settled);
        view.showResult(result);
        QTRY_VERIFY(!view.isBusy() && !settled.isEmpty());
        view.grab();
        for (const int key :
             {Qt::Key_Down, Qt::Key_Right, Qt::Key_Return, Qt::Key_Plus, Qt::Key_Home, Qt::Key_Escape}) {
            QTest::keyClick(canvas, Qt::Key(key));
        }
        QTest::mouseClick(canvas, Qt::LeftButton, {}, {50, 10});
        QTest::mouseDClick(canvas, Qt::LeftButton, {}, {50, 10});
        view.findChild<QLineEdit*>(QStringLiteral("flameSearch"))->setText(QStringLiteral("x"));
        QTRY_VERIFY(!view.isBusy());
        QVERIFY(view.pageSize().isValid());
        QCOMPARE(store.state(), ViewState());
    }
}

void FlameGraphTest::zoomSurvivesTheNextInstant() {
    MadeCapture made = makeSampleCapture();
    Stage stage(made);
    const std::uint32_t node = stage.tree().nodes[1].firstChild;
    stage.doubleClick(node);
    for (int i = 0; i < 3; ++i) stage.wheel({0, 120}, Qt::ControlModifier, {100, 100});
    stage.canvas->goTo(node);
    const auto path = pathTo(stage.tree(), node);
    const double share = stage.canvas->width() / stage.canvas->homeWidth();
    for (const auto& each : made.snapshot().traces) {
        if (each.trace.value % 3) made.setUsage(each.trace, each.usage.bytes * 5, each.usage.blocks);
    }
    stage.view.showResult(made.result());
    stage.settle();
    QCOMPARE(pathTo(stage.tree(), stage.canvas->focusNode()), path);
    QCOMPARE(pathTo(stage.tree(), *stage.canvas->currentNode()), path);
    QVERIFY(std::abs(stage.canvas->width() / stage.canvas->homeWidth() - share) < 1e-9);
}

void FlameGraphTest::lateResultsAreDropped() {
    Stage stage(makeSampleCapture());
    const auto big = makeBigCapture(100'000).result();
    const auto small = makeSampleCapture(9).result();
    stage.view.showResult(big);
    stage.view.showResult(small);
    stage.settle();
    QCOMPARE(stage.canvas->scene()->result, small);
    QTest::qWait(100);
    QCOMPARE(stage.canvas->scene()->result, small);
    stage.view.showResult(big);  // and the view may go while work is under way
}

void FlameGraphTest::deepRecursionDoesNotHang() {
    MadeCapture made;
    std::vector<FrameIndex> stack(5000, made.frame({"/a/deep.py", "dive", 7}));
    made.setUsage(made.trace(stack), 1 << 20);
    stack.back() = made.frame({"/a/deep.py", "bottom", 9});
    made.setUsage(made.trace(stack), 1 << 10);
    QElapsedTimer timer;
    timer.start();
    Stage stage(made);
    QCOMPARE(stage.canvas->scene()->layout.rowCount(), 5001u);
    QVERIFY(stage.canvas->maxScroll() > 5000 * 10);
    stage.view.findChild<QComboBox*>(QStringLiteral("flameDirection"))->setCurrentIndex(1);
    const auto leaf = static_cast<std::uint32_t>(stage.tree().nodes.size() - 1);
    QVERIFY(stage.canvas->rect().contains(stage.middleOf(0)));  // the root stays in sight, whatever comes
    stage.view.resize(700, 300);
    stage.settle();
    QVERIFY(stage.canvas->rect().contains(stage.middleOf(0)));
    stage.view.showResult(made.result());
    stage.settle();
    QVERIFY(stage.canvas->rect().contains(stage.middleOf(0)));
    stage.canvas->goTo(leaf);
    QVERIFY(stage.canvas->rect().contains(stage.middleOf(leaf)));
    QTest::mouseMove(stage.canvas, stage.middleOf(leaf));
    stage.canvas->grab();
    stage.doubleClick(leaf);
    QCOMPARE(stage.store.state().focus.size(), std::size_t{5000});
    QVERIFY(stage.view.pageSize().height() < 10000);
    QVERIFY(timer.elapsed() < 10000);
}

void FlameGraphTest::aMillionFramesDoNotHang() {
    const auto result = makeBigCapture(1'000'000).result();
    QVERIFY(result->tree().nodes.size() > 900'000);
    ViewStateStore store;
    FlameGraphView view(store);
    view.resize(1600, 900);
    view.show();
    QElapsedTimer timer;
    timer.start();
    view.showResult(result);
    const qint64 blocked = timer.elapsed();
    QTRY_VERIFY_WITH_TIMEOUT(!view.isBusy(), 20000);
    const qint64 built = timer.elapsed();
    view.grab();
    auto* canvas = view.findChild<FlameCanvas*>();
    view.findChild<QLineEdit*>(QStringLiteral("flameSearch"))->setText(QStringLiteral("function17"));
    QTRY_VERIFY_WITH_TIMEOUT(!view.isBusy(), 20000);
    timer.restart();
    for (int i = 0; i < 10; ++i) {
        canvas->zoom(1.3, 400);
        view.grab();
    }
    qInfo("blocked %lld ms, built %lld ms, ten frames with matches %lld ms", blocked, built, timer.elapsed());
    QVERIFY(blocked < 200);
    QVERIFY(built < 6000);  // generous: the machine may be busy, or a sanitizer at work
    QVERIFY(timer.elapsed() < 10000);
}

void FlameGraphTest::pageHoldsTheWholeGraph() {
    Stage stage(makeSampleCapture(), {300, 120});
    const QSizeF size = stage.view.pageSize();
    QVERIFY(size.height() > stage.canvas->scene()->layout.rowCount() * stage.canvas->rowHeight());
    QByteArray svg;
    QBuffer buffer(&svg);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(96);
    generator.setSize(size.toSize());
    generator.setViewBox(QRectF(QPointF(), size));
    QPainter painter(&generator);
    stage.view.drawPage(painter, size);
    painter.end();
    QVERIFY(svg.contains("<text"));
    QVERIFY(svg.contains("total") && svg.contains("&lt;module&gt; (main.py:4"));
    QVERIFY(svg.contains("Live memory at 12.345 s"));
    // At any size the page fits: its last row is there, its margins are empty.
    QImage image((size * 2).toSize(), QImage::Format_RGB32);
    QPainter big(&image);
    stage.view.drawPage(big, size * 2);
    big.end();
    QCOMPARE(image.pixelColor(2, 2), stage.view.palette().color(QPalette::Base));
    QCOMPARE(image.pixelColor(image.width() - 3, image.height() - 3), stage.view.palette().color(QPalette::Base));
}

}  // namespace
}  // namespace heapprof::gui

using heapprof::gui::FlameGraphTest;
QTEST_MAIN(FlameGraphTest)
#include "flame_graph_test.moc"
