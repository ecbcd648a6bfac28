// What results a flame graph can be given: differences, none, very many frames, later ones; and its page.
#include <QBuffer>
#include <QComboBox>
#include <QImage>
#include <QPainter>
#include <QSignalSpy>
#include <QSvgGenerator>

#include "tests/gui/flame_stage.h"

namespace heapprof::gui {
namespace {

class FlameResultsTest : public QObject {
    Q_OBJECT

private slots:
    void differencesShowSigns();
    void emptyAndNoStack();
    void zoomSurvivesTheNextInstant();
    void lateResultsAreDropped();
    void deepRecursionIsShown();
    void aMillionFramesAreLaidOutElsewhere();
    void aLowViewIsForTheFrames();
    void pageHoldsTheWholeGraph();
};

void FlameResultsTest::differencesShowSigns() {
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

void FlameResultsTest::emptyAndNoStack() {
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
        store.adjust([](ViewState& state) { state.search = {"x", LineIndex(7)}; });
        QTRY_VERIFY(!view.isBusy());
        store.adjust([](ViewState& state) { state.search = {}; });
        QVERIFY(view.pageSize().isValid());
        QCOMPARE(store.state(), ViewState());
    }
}

void FlameResultsTest::zoomSurvivesTheNextInstant() {
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

void FlameResultsTest::lateResultsAreDropped() {
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

void FlameResultsTest::deepRecursionIsShown() {
    MadeCapture made;
    std::vector<FrameIndex> stack(5000, made.frame({"/a/deep.py", "dive", 7}));
    made.setUsage(made.trace(stack), 1 << 20);
    stack.back() = made.frame({"/a/deep.py", "bottom", 9});
    made.setUsage(made.trace(stack), 1 << 10);
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
}

void FlameResultsTest::aMillionFramesAreLaidOutElsewhere() {
    const auto result = makeBigCapture(1'000'000).result();
    QVERIFY(result->tree().nodes.size() > 900'000);
    ViewStateStore store;
    FlameGraphView view(store);
    view.resize(1600, 900);
    view.show();
    view.showResult(result);
    auto* canvas = view.findChild<FlameCanvas*>();
    QVERIFY(view.isBusy() && !canvas->scene());  // nothing of it was done here
    QTRY_VERIFY_WITH_TIMEOUT(!view.isBusy(), 20000);
    view.grab();
    store.change([](ViewState& state) { state.search.text = "function17"; });
    QVERIFY(view.isBusy() && canvas->matches().empty());
    QTRY_VERIFY_WITH_TIMEOUT(!view.isBusy(), 20000);
    QVERIFY(canvas->matches().size() > 1000);
    // However many they are, a row is painted in as many rectangles as it has pixels, at most.
    std::vector<FlameSpan> spans;
    for (std::uint32_t depth = 0; depth < canvas->scene()->layout.rowCount(); ++depth) {
        canvas->scene()->layout.markedSpans(canvas->matches(), depth, {canvas->left(), canvas->width(), 1600}, spans);
        QVERIFY(spans.size() <= 3200);
    }
    for (int i = 0; i < 3; ++i) {
        canvas->zoom(1.3, 400);
        view.grab();
    }
}

void FlameResultsTest::aLowViewIsForTheFrames() {
    Stage stage(makeSampleCapture(), {700, 400});
    stage.view.setMinimumSize(1, 1);  // a pane may be as low as it likes
    const auto& details = *stage.view.findChild<QWidget*>(QStringLiteral("flameDetails"));
    for (const auto& [height, hasDetails] : {std::pair(400, true), {120, false}, {400, true}, {120, false}}) {
        stage.view.resize(700, height);
        stage.settle();
        QCOMPARE(details.isVisible(), hasDetails);
        const int bottom = stage.canvas->mapTo(&stage.view, QPoint(0, stage.canvas->height())).y();
        QVERIFY2(bottom <= height, qPrintable(QString::number(bottom)));
        if (hasDetails) QVERIFY(details.geometry().bottom() < height);
    }
}

void FlameResultsTest::pageHoldsTheWholeGraph() {
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
    QVERIFY(svg.contains("total") && svg.contains("&lt;module&gt;") && svg.contains("main.py:4"));
    QVERIFY(svg.contains("Live memory at 12.345 s"));
    QVERIFY(!svg.contains("found:"));
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

using heapprof::gui::FlameResultsTest;
QTEST_MAIN(FlameResultsTest)
#include "flame_results_test.moc"
