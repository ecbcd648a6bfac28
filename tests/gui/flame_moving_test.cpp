// Ways about in a flame graph: its overview, pinches, bands of narrow frames, threads, instances of the selected line.
#include <QNativeGestureEvent>
#include <QPointingDevice>
#include <QScrollBar>
#include <cmath>

#include "core/text/text.h"
#include "gui/flamegraph/flame_legend.h"
#include "gui/flamegraph/flame_minimap.h"
#include "tests/gui/flame_stage.h"

namespace heapprof::gui {
namespace {

/// One wide frame, and below another one very many that are narrower than a pixel.
struct Crumbs {
    static constexpr std::uint32_t kCount = 500;

    Crumbs() {
        const FrameIndex main = made.frame({"/a/main.py", "main", 1}), small = made.frame({"/a/main.py", "small", 2});
        made.setUsage(made.trace({main, made.frame({"/a/big.py", "big", 1})}), 900'000);
        for (std::uint32_t i = 0; i < kCount; ++i)
            made.setUsage(made.trace({main, small, made.frame({"/a/crumb.py", "crumb", i + 1})}), 100 + i % 3);
    }
    std::int64_t bytes() const { return kCount * 101 - 1; }  // 167, 167 and 166 of each size

    MadeCapture made;
};

class FlameMovingTest : public QObject {
    Q_OBJECT

    static void zoomIn(Stage& stage, int steps, QPointF at) {
        for (int i = 0; i < steps; ++i) stage.wheel({0, 120}, Qt::ControlModifier, at);
        QCoreApplication::processEvents();
    }
    static double positionAt(const FlameCanvas& canvas, double x) {
        return canvas.left() + x / canvas.QWidget::width() * canvas.width();
    }

private slots:
    void whatIsSelectedElsewhereComesIntoSight() {
        MadeCapture deep;
        std::vector<FrameIndex> frames;
        for (std::uint32_t line = 1; line <= 200; ++line) frames.push_back(deep.frame({"/a/deep.py", "f", line}));
        deep.setUsage(deep.trace(frames), 1000);
        Stage stage(deep);
        const std::uint32_t node = 150;  // of the only stack: so far down
        QVERIFY(stage.canvas->nodeRectangle(node).top() > stage.canvas->height());
        const LineIndex line = stage.lineOf(node);
        stage.store.change([&](ViewState& state) { state.selectedLine = line; });
        stage.settle();
        const QRectF there = stage.canvas->nodeRectangle(node);
        QVERIFY(there.top() >= 0 && there.bottom() <= stage.canvas->height());
        QVERIFY(!stage.canvas->isZoomed());
        // Where one instance is in sight nothing moves.
        const int scroll = stage.canvas->scroll();
        stage.store.change([&](ViewState& state) { state.selectedLine = stage.lineOf(node - 1); });
        stage.settle();
        QCOMPARE(stage.canvas->scroll(), scroll);
    }

    void theOverviewIsThereWhenSomethingIsNotInSight() {
        Stage stage(makeSampleCapture(), {1000, 700});
        auto* minimap = stage.view.findChild<FlameMinimap*>();
        const auto* bar = stage.view.findChild<QScrollBar*>(QStringLiteral("flameHorizontal"));
        QCOMPARE(stage.canvas->maxScroll(), 0);
        QVERIFY(minimap->isHidden() && bar->isHidden());
        QVERIFY(!minimap->accessibleName().isEmpty());
        zoomIn(stage, 3, {500, 40});
        QVERIFY(minimap->isVisible() && bar->isHidden());
        QTest::keyClick(stage.canvas, Qt::Key_Home);
        QCoreApplication::processEvents();
        QVERIFY(minimap->isHidden());
        stage.doubleClick(2);
        QCoreApplication::processEvents();
        QVERIFY(minimap->isVisible());
        stage.press(QStringLiteral("flameShowAll"));
        QVERIFY(minimap->isHidden());
        stage.view.resize(1000, 360);  // fewer rows than there are
        QTRY_VERIFY(minimap->isVisible() && stage.canvas->maxScroll() > 0);
        // A window without room for it has the bar, and no overview.
        stage.view.resize(1000, 200);
        QTRY_VERIFY(minimap->isHidden());
        const auto* low = stage.view.findChild<QWidget*>(QStringLiteral("flameLowLegend"));
        QVERIFY(low->isVisible());  // beside the details
        stage.view.resize(500, 200);
        QTRY_VERIFY(!low->isVisible());
        stage.view.resize(1000, 200);
        QTRY_VERIFY(low->isVisible());
        zoomIn(stage, 3, {500, 40});
        QVERIFY(minimap->isHidden() && bar->isVisible());
    }

    void aSelectedLineIsShownAmongItsCallersAndCallees() {
        MadeCapture made;
        std::vector<FrameIndex> stack;
        for (std::uint32_t i = 1; i <= 60; ++i) stack.push_back(made.frame({"/a/main.py", "f" + std::to_string(i), i}));
        made.setUsage(made.trace(stack), 1 << 20);
        Stage stage(made, {1000, 420});
        const auto rowOf = [&](std::uint32_t depth) { return stage.canvas->nodeRectangle(depth); };
        QVERIFY(rowOf(40).top() > stage.canvas->height());
        stage.store.change([&](ViewState& state) {
            state.selectedLine = stage.scene().traces().lineOf(stage.tree().nodes[40].frame);
        });
        stage.settle();
        for (const std::uint32_t depth : {38U, 40U, 42U})
            QVERIFY(rowOf(depth).top() >= 0 && rowOf(depth).bottom() <= stage.canvas->height());
    }

    void theLegendStandsBesideWhatIsSaid() {
        Stage stage(makeSampleCapture(), {1400, 700});
        const auto* legend = stage.view.findChild<FlameLegend*>();  // that of a row of its own
        const auto* beside = stage.view.findChild<QWidget*>(QStringLiteral("flameLowLegend"));
        const auto* details = stage.view.findChild<QLabel*>(QStringLiteral("flameDetails"));
        const auto* instances = stage.view.findChild<QLabel*>(QStringLiteral("flameInstances"));
        QTRY_VERIFY(beside->isVisible() && !legend->isVisible() && details->isVisible());
        const auto select = [&] {
            stage.store.change([&](ViewState& state) {
                state.selectedLine = stage.scene().traces().lineOf(stage.tree().nodes[1].frame);
            });
            stage.settle();
        };
        select();
        QTRY_VERIFY(instances->isVisible() && details->isVisible());
        stage.view.resize(900, 700);  // one of them after the other
        QTRY_VERIFY(instances->isVisible() && !details->isVisible());
        QTest::mouseMove(stage.canvas, stage.middleOf(1));
        QTRY_VERIFY(!instances->isVisible() && details->isVisible());
        stage.view.resize(500, 700);
        QTRY_VERIFY(!beside->isVisible() && legend->isVisible());
    }

    void theOverviewShowsAndMovesWhatIsInSight() {
        Stage stage(makeSampleCapture(), {1000, 420});
        zoomIn(stage, 6, {300, 40});
        auto* minimap = stage.view.findChild<FlameMinimap*>();
        QVERIFY(minimap->isVisible());
        const double all = static_cast<double>(stage.canvas->scene()->layout.total());
        const auto isAbout = [](double a, double b, double slack) { return std::abs(a - b) <= slack; };
        const auto agrees = [&] {
            const QRectF frame = minimap->frame();
            return isAbout(frame.left() / minimap->width(), stage.canvas->left() / all, 1e-6) &&
                   isAbout(frame.width() / minimap->width(), stage.canvas->width() / all, 1e-6);
        };
        QVERIFY(agrees());
        // Taken anywhere, it goes as far as the mouse.
        const QPoint taken = minimap->frame().topLeft().toPoint() + QPoint(7, 5);
        const double left = stage.canvas->left();
        const int scroll = stage.canvas->scroll();
        QTest::mousePress(minimap, Qt::LeftButton, {}, taken);
        QVERIFY(isAbout(stage.canvas->left(), left, all / minimap->width()));
        QTest::mouseMove(minimap, taken + QPoint(100, 6));
        QTest::mouseRelease(minimap, Qt::LeftButton, {}, taken + QPoint(100, 6));
        QVERIFY(isAbout(stage.canvas->left(), left + 100 * all / minimap->width(), all / minimap->width()));
        QVERIFY(stage.canvas->scroll() > scroll);
        QVERIFY(agrees());
        // A click brings it there, and its edges are the graph's.
        QTest::mouseClick(minimap, Qt::LeftButton, {}, {600, 10});
        QVERIFY(isAbout(stage.canvas->left() + stage.canvas->width() / 2, 0.6 * all, all / minimap->width()));
        QTest::mouseClick(minimap, Qt::LeftButton, {}, {minimap->width() - 1, 10});
        QVERIFY(isAbout(stage.canvas->left() + stage.canvas->width(), all, 1));
        const QString said = minimap->accessibleDescription();
        QTest::keyClick(minimap, Qt::Key_Left);
        QVERIFY(isAbout(stage.canvas->left(), all - 1.1 * stage.canvas->width(), 1));
        QVERIFY(minimap->accessibleDescription() != said);
        const double before = stage.canvas->width();
        QTest::keyClick(minimap, Qt::Key_Plus);
        QVERIFY(stage.canvas->width() < before);
        QTest::mouseDClick(minimap, Qt::LeftButton, {}, {20, 10});
        QVERIFY(!stage.canvas->isZoomed());
    }

    void theOverviewMarksMatchesAndTheSelection() {
        Stage stage(Crumbs().made);
        zoomIn(stage, 4, {990, 40});  // the frame is around the marks
        auto* minimap = stage.view.findChild<FlameMinimap*>();
        const auto columnOf = [&](QRgb colour) {
            const QImage image = minimap->grab().toImage();
            for (int x = 0; x < image.width(); ++x)
                for (int y = 0; y < image.height() - 1; ++y)
                    if ((image.pixel(x, y) | 0xff000000) == colour) return x;
            return -1;
        };
        stage.search("/crumb.py:77$/");
        const std::uint32_t match = stage.canvas->matches().at(0);
        const FlameLayout& layout = stage.canvas->scene()->layout;
        const double middle = static_cast<double>(layout.start(match) + layout.end(match)) / 2;
        const double x = middle / static_cast<double>(layout.total()) * minimap->width();
        const FlamePalette colours(stage.canvas->palette());
        const int column = columnOf(colours.match());
        QVERIFY2(std::abs(column - std::floor(x)) <= 1, qPrintable(QStringLiteral("%1, not %2").arg(column).arg(x)));
        stage.search("");
        QCOMPARE(columnOf(colours.match()), -1);
        stage.store.change([&](ViewState& state) { state.selectedLine = stage.lineOf(match); });
        stage.settle();
        QVERIFY(columnOf(colours.selection()) >= 0);
    }

    void thousandsOfRowsFitTheOverview() {
        MadeCapture made;
        std::vector<FrameIndex> stack(5000, made.frame({"/a/deep.py", "dive", 7}));
        made.setUsage(made.trace(stack), 1 << 20);
        Stage stage(made);
        auto* minimap = stage.view.findChild<FlameMinimap*>();
        QTRY_VERIFY(minimap->isVisible());
        stage.settle();  // it has taken its place
        QCOMPARE(minimap->frame().top(), 0.0);
        QTest::mouseClick(minimap, Qt::LeftButton, {}, {100, minimap->height() - 1});
        QCOMPARE(stage.canvas->scroll(), stage.canvas->maxScroll());
        QCOMPARE(minimap->frame().bottom(), double(minimap->height()));
        QTest::mouseClick(minimap, Qt::LeftButton, {}, {100, 0});
        QCOMPARE(stage.canvas->scroll(), 0);
        minimap->grab();
    }

    void nothingOfAnEarlierPictureIsLeft() {
        const auto scene = std::make_shared<const FlameScene>(makeSampleCapture().result());
        FlamePainter painter(scene, QPalette(), QFont());
        FlameWindow window;
        window.x = {0, static_cast<double>(scene->layout.total()), 120};
        window.rows = scene->layout.rowCount();
        for (const int rowHeight : {1, 7, 20})
            for (const double ratio : {1.0, 2.0})
                for (const bool rootAtTop : {true, false})
                    for (const int height : {1, 40, 400}) {
                        window.rowHeight = rowHeight;
                        window.ratio = ratio;
                        window.rootAtTop = rootAtTop;
                        window.height = height;
                        for (const std::int64_t scroll :
                             {std::int64_t{0}, window.maxScroll() / 2, window.maxScroll()}) {
                            window.scroll = static_cast<int>(scroll);
                            QImage one(120, height, QImage::Format_RGB32), other = one;
                            one.fill(Qt::black);
                            other.fill(Qt::white);
                            painter.paintImage(one, window);
                            painter.paintImage(other, window);
                            QCOMPARE(one, other);
                        }
                    }
    }

    void pinchesZoomAboutTheFingers() {
        Stage stage(makeSampleCapture(), {800, 300});
        const QPointF at(500, 60);
        const double before = positionAt(*stage.canvas, at.x());
        for (int i = 0; i < 5; ++i) {
            QNativeGestureEvent event(Qt::ZoomNativeGesture, QPointingDevice::primaryPointingDevice(), 2, at, at,
                                      stage.canvas->mapToGlobal(at), 0.2, {});
            QCoreApplication::sendEvent(stage.canvas, &event);
        }
        QVERIFY(std::abs(stage.canvas->width() * std::pow(1.2, 5) - stage.canvas->homeWidth()) < 1);
        QVERIFY(std::abs(positionAt(*stage.canvas, at.x()) - before) < stage.canvas->width() * 1e-6);

        // Two fingers on the screen, about x = 300.
        stage.canvas->showHome();
        const double middle = positionAt(*stage.canvas, 300);
        const std::unique_ptr<QPointingDevice> screen(QTest::createTouchDevice());
        QTest::touchEvent(stage.canvas, screen.get()).press(0, {280, 60}).press(1, {320, 60});
        for (int apart = 30; apart <= 120; apart += 10)
            QTest::touchEvent(stage.canvas, screen.get()).move(0, {300 - apart, 60}).move(1, {300 + apart, 60});
        QTest::touchEvent(stage.canvas, screen.get()).release(0, {180, 60}).release(1, {420, 60});
        QVERIFY(stage.canvas->width() < stage.canvas->homeWidth() / 2);
        QVERIFY(std::abs(positionAt(*stage.canvas, 300) - middle) < stage.canvas->width() * 0.02);
        QVERIFY(!stage.store.state().selectedLine);
    }

    void aBandOfNarrowFramesCanBeOpened() {
        const Crumbs crumbs;
        Stage stage(crumbs.made, {600, 400});
        const FlameLayout& layout = stage.canvas->scene()->layout;
        const std::uint32_t first = layout.row(3).first, small = stage.tree().nodes[first].parent;
        QCOMPARE(stage.tree().nodes[small].childCount, Crumbs::kCount);
        const QRectF above = stage.canvas->nodeRectangle(small);
        QVERIFY(above.width() > 10);
        const QPoint inside(static_cast<int>(above.center().x()),
                            static_cast<int>(above.center().y()) + stage.canvas->rowHeight());
        QTest::mouseMove(stage.canvas, inside);
        const auto band = stage.canvas->hoveredBand();
        QCOMPARE(band, std::optional(FlameBand{first, first + Crumbs::kCount}));
        QCOMPARE(usageOf(*band, stage.tree()).bytes, crumbs.bytes());
        const QString said = stage.view.findChild<QLabel*>(QStringLiteral("flameDetails"))->text();
        QVERIFY2(said.startsWith(QStringLiteral("frames narrower than a pixel: 500")), qPrintable(said));
        QVERIFY2(said.contains(QString::fromStdString(formatBytes(crumbs.bytes()))), qPrintable(said));
        QVERIFY2(said.contains(QStringLiteral("small")), qPrintable(said));

        const auto before = stage.store.state();
        QTest::mouseClick(stage.canvas, Qt::LeftButton, {}, inside);
        QTest::mouseDClick(stage.canvas, Qt::LeftButton, {}, inside);  // the second click of a double click
        QCOMPARE(stage.store.state(), before);                         // it selects nothing and focuses on nothing
        QCOMPARE(stage.canvas->left(), static_cast<double>(layout.start(first)));
        QVERIFY(std::abs(stage.canvas->width() - static_cast<double>(crumbs.bytes())) < 1);
        // They are a pixel wide now, or a further click about the cursor makes them so.
        QTest::mouseMove(stage.canvas, inside + QPoint(1, 0));
        if (stage.canvas->hoveredBand()) QTest::mouseClick(stage.canvas, Qt::LeftButton, {}, inside);
        QVERIFY(stage.canvas->width() * 1.01 >= static_cast<double>(crumbs.bytes()) / 8);
        QTest::mouseMove(stage.canvas, inside);
        QVERIFY(!stage.canvas->hoveredBand());
        QTest::mouseClick(stage.canvas, Qt::LeftButton, {}, inside);
        QVERIFY(stage.store.state().selectedLine);
        QTest::keyClick(stage.canvas, Qt::Key_Escape);
        QVERIFY(!stage.canvas->isZoomed());
    }

    void bandsAreWhatIsTooNarrow() {
        Stage stage(makeSampleCapture(3, 900), {500, 400});
        const FlameScene& scene = *stage.canvas->scene();
        for (const double share : {1.0, 0.2, 0.03}) {
            const FlameViewport viewport{0, share * static_cast<double>(scene.layout.total()), 500};
            const auto isNarrow = [&](std::uint32_t node) {
                return static_cast<double>(scene.layout.end(node) - scene.layout.start(node)) * viewport.scale() < 1;
            };
            for (std::uint32_t node = 1; node < scene.tree().nodes.size(); ++node) {
                std::uint32_t outer = node;
                while (isNarrow(scene.tree().nodes[outer].parent)) outer = scene.tree().nodes[outer].parent;
                const CallTree::Node& caller = scene.tree().nodes[scene.tree().nodes[outer].parent];
                std::vector<std::uint32_t> narrow;
                for (std::uint32_t child = caller.firstChild; child < caller.firstChild + caller.childCount; ++child)
                    if (isNarrow(child) && scene.tree().magnitude[child] > 0) narrow.push_back(child);
                const auto band = bandOf(scene, node, viewport);
                QCOMPARE(band.has_value(), isNarrow(node) && narrow.size() > 1);
                if (band) QCOMPARE(*band, (FlameBand{narrow.front(), narrow.back() + 1}));
            }
        }
    }

    void instancesHaveTheLinesOwnNumber() {
        MadeCapture made;
        const FrameIndex main = made.frame({"/a/main.py", "main", 1}), walk = made.frame({"/a/tree.py", "walk", 7});
        made.setUsage(made.trace({main, walk, walk, walk}), 3 << 20);  // recursion: not nine
        made.setUsage(made.trace({main, walk}), 1 << 20);
        made.setUsage(made.trace({main}), 4 << 20);
        Stage stage(made);
        const auto* label = stage.view.findChild<QLabel*>(QStringLiteral("flameInstances"));
        QVERIFY(label->text().isEmpty() && !label->accessibleName().isEmpty());
        const LineIndex line = stage.scene().traces().lineOf(walk);
        const auto says = [&](const QString& instances) {
            return label->text() ==
                   QStringLiteral("tree.py:7  ·  instances: %1  ·  cumulative 4.00 MiB  ·  50.0 % of total")
                       .arg(instances);
        };
        stage.store.change([&](ViewState& state) { state.selectedLine = line; });
        stage.settle();
        QVERIFY2(says(QStringLiteral("3")), qPrintable(label->text()));
        QCOMPARE(stage.canvas->selected().size(), std::size_t{3});
        QVERIFY(label->isVisible());
        stage.press(QStringLiteral("flameMergeRecursion"));
        QVERIFY2(says(QStringLiteral("1")), qPrintable(label->text()));
        stage.store.change([](ViewState& state) { state.selectedLine.reset(); });
        stage.settle();
        QVERIFY(label->text().isEmpty());
    }

    void threadsStandFirst() {
        Stage stage(makeSampleCapture());
        const std::int64_t total = stage.tree().cumulative[0].bytes;
        stage.press(QStringLiteral("flameThreadsFirst"));
        QVERIFY(stage.store.state().tree.threadsFirst);
        QCOMPARE(stage.tree().cumulative[0].bytes, total);
        QCOMPARE(stage.tree().threads.size(), std::size_t{3});  // and what no thread is known of
        QCOMPARE(stage.scene().name(1), QStringLiteral("thread MainThread"));
        QCOMPARE(stage.scene().name(2), QStringLiteral("thread Worker-1"));
        QCOMPARE(stage.scene().name(3), QStringLiteral("(thread not known)"));
        QVERIFY(stage.scene()
                    .details(1, QStringLiteral("|"))
                    .startsWith(QStringLiteral("thread MainThread, number 1234|")));
        // A thread is a frame to focus on, and is found again in another tree.
        const auto before = stage.store.state().selectedLine;
        stage.click(2);
        QCOMPARE(stage.store.state().selectedLine, before);
        stage.doubleClick(2);
        QCOMPARE(stage.canvas->focusNode(), 2u);
        QCOMPARE(stage.store.state().focus.size(), std::size_t{1});
        stage.press(QStringLiteral("flameMergeRecursion"));
        QCOMPARE(stage.canvas->focusNode(), 2u);
        const std::uint32_t below = stage.tree().nodes[2].firstChild;
        stage.doubleClick(below);
        QCOMPARE(stage.canvas->focusNode(), below);
        stage.store.change([](ViewState& state) { state.tree.grouping = Grouping::Function; });
        stage.settle();
        QCOMPARE(stage.tree().nodes[stage.canvas->focusNode()].parent, 2u);
        stage.press(QStringLiteral("flameThreadsFirst"));
        QVERIFY(stage.store.state().focus.empty() && stage.tree().threads.empty());
    }
};

}  // namespace
}  // namespace heapprof::gui

using heapprof::gui::FlameMovingTest;
QTEST_MAIN(FlameMovingTest)
#include "flame_moving_test.moc"
