// The flame graph as a user drives it.
#include <QComboBox>
#include <QMenu>
#include <QSignalSpy>
#include <cmath>

#include "gui/common/frame_labels.h"
#include "tests/gui/flame_stage.h"

namespace heapprof::gui {
namespace {

class FlameGraphTest : public QObject {
    Q_OBJECT

private slots:
    void clickSelectsTheLine();
    void selectionFromElsewhereIsOutlined();
    void doubleClickFocusesAndEscapeGoesBack();
    void keysMoveFromFrameToFrame();
    void wheelZoomsPansAndScrolls();
    void dragPans();
    void toolsChangeTheState();
    void detailsAndToolTipsAreFullText();
    void namesFromRightToLeftStandAlone();
};

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

void FlameGraphTest::toolsChangeTheState() {
    Stage stage(makeSampleCapture());
    auto* grouping = stage.view.findChild<QComboBox*>(QStringLiteral("flameGrouping"));
    stage.doubleClick(1);
    QTest::keyClick(grouping, Qt::Key_End);
    stage.settle();
    QCOMPARE(stage.store.state().tree.grouping, Grouping::Module);
    QCOMPARE(stage.canvas->scene()->name(1), QStringLiteral("main"));
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
    QCOMPARE(stage.canvas->scene()->name(2), QStringLiteral("(no Python stack)"));
    QCOMPARE(stage.canvas->scene()->name(0), QStringLiteral("total"));
}

void FlameGraphTest::namesFromRightToLeftStandAlone() {
    MadeCapture made;
    made.setUsage(made.trace({made.frame({"/a/main.py", "\u05E9\u05DC\u05D5\u05DD", 12})}), 1000);
    made.setUsage(made.trace({made.frame({"/a/main.py", "load", 13})}), 500);
    Stage stage(made);
    // Isolated, it does not turn the place behind it round.
    QCOMPARE(stage.scene().name(1), QString::fromUtf8("\u2068\u05E9\u05DC\u05D5\u05DD\u2069"));
    QCOMPARE(stage.scene().place(1), QStringLiteral("main.py:12"));
    QCOMPARE(stage.scene().name(2), QStringLiteral("load"));
    QCOMPARE(nodeLabel(stage.scene().tree(), 2, stage.scene().traces()), QStringLiteral("load (main.py:13)"));
}

}  // namespace
}  // namespace heapprof::gui

using heapprof::gui::FlameGraphTest;
QTEST_MAIN(FlameGraphTest)
#include "flame_graph_test.moc"
