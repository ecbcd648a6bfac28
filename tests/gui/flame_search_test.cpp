// What the search finds in the flame graph.
#include <QBuffer>
#include <QPainter>
#include <QSvgGenerator>
#include <algorithm>

#include "gui/common/colours.h"
#include "tests/gui/flame_stage.h"

namespace heapprof::gui {
namespace {

class FlameSearchTest : public QObject {
    Q_OBJECT

private slots:
    void matchesAreThoseOfAllViews();
    void theSearchGoesToTheWidestInstance();
    void aFocusWithoutTheMatchIsLeft();
    void narrowMatchIsPainted();
    void pagesAreMarked();
};

void FlameSearchTest::matchesAreThoseOfAllViews() {
    MadeCapture made;
    const FrameIndex a = made.frame({"/p/Alpha.py", "run", 1}), b = made.frame({"/p/beta.py", "Alpha", 2}),
                     c = made.frame({"/p/gamma.py", "go", 3});
    made.setUsage(made.trace({a, b}), 100);
    made.setUsage(made.trace({c, b}), 30);
    made.setUsage(made.trace({c}), 7);
    Stage stage(made);
    stage.search("aLPHa");
    QCOMPARE(stage.canvas->matches().size(), std::size_t{3});
    QVERIFY(std::is_sorted(stage.canvas->matches().begin(), stage.canvas->matches().end()));
    const auto found = stage.scene().result->search("aLPHa");
    QCOMPARE(found->usage.bytes, std::int64_t{130});  // what passes through two of them counts once
    QCOMPARE(found->lines, (std::vector{made.traces().lineOf(b), made.traces().lineOf(a)}));
    // Of a group that holds a match the frame is marked, too.
    stage.store.change([](ViewState& state) { state.tree.grouping = Grouping::File; });
    stage.settle();
    QCOMPARE(stage.canvas->matches().size(), std::size_t{3});
    stage.search("");
    QVERIFY(stage.canvas->matches().empty());
}

void FlameSearchTest::theSearchGoesToTheWidestInstance() {
    Stage stage(makeSampleCapture());
    stage.search("row_data");
    const auto lines = stage.scene().result->search("row_data")->lines;
    QVERIFY(lines.size() > 3);
    for (const LineIndex line : {lines[0], lines[1], lines.back()}) {
        stage.store.adjust([line](ViewState& state) { state.search.at = line; });
        stage.settle();
        const auto nodes = nodesOnLine(stage.tree(), stage.scene().traces(), line);
        const auto width = [&](std::uint32_t node) {
            return stage.scene().layout.end(node) - stage.scene().layout.start(node);
        };
        const std::uint32_t current = stage.canvas->currentNode().value();
        QVERIFY(std::ranges::find(nodes, current) != nodes.end());
        for (const std::uint32_t node : nodes) QVERIFY(width(node) <= width(current));
        QVERIFY(stage.canvas->rect().contains(stage.middleOf(current)));
        QVERIFY(stage.canvas->nodeRectangle(current).width() >= 4);  // zoomed in until it can be seen
    }
    QVERIFY(!stage.store.state().selectedLine);  // searching selects nothing
    QTest::keyClick(stage.canvas, Qt::Key_Escape);
    QCOMPARE(stage.store.state().search, Search());
    QVERIFY(stage.canvas->matches().empty());
}

void FlameSearchTest::aFocusWithoutTheMatchIsLeft() {
    MadeCapture made;
    const FrameIndex outer = made.frame({"/a/main.py", "main", 1}), left = made.frame({"/a/left.py", "left", 2}),
                     right = made.frame({"/a/right.py", "right", 3});
    made.setUsage(made.trace({outer, left}), 2000);
    made.setUsage(made.trace({outer, right}), 1000);
    Stage stage(made);
    stage.doubleClick(2);
    QVERIFY(!stage.store.state().focus.empty());
    stage.search("right");
    QVERIFY(!stage.store.state().focus.empty());
    stage.store.adjust([&](ViewState& state) { state.search.at = made.traces().lineOf(right); });
    stage.settle();
    QVERIFY(stage.store.state().focus.empty());
    QVERIFY(stage.canvas->rect().contains(stage.middleOf(3)));
    QTest::keyClick(stage.canvas, Qt::Key_Escape);  // ends the search first
    QVERIFY(stage.store.state().search.text.empty());
}

void FlameSearchTest::narrowMatchIsPainted() {
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
    stage.search("needle");
    QVERIFY2(count() >= 10, "one pixel wide, one row high");
}

void FlameSearchTest::pagesAreMarked() {
    MadeCapture made;
    const FrameIndex outer = made.frame({"/a/main.py", "main", 1});
    made.setUsage(made.trace({outer, made.frame({"/a/big.py", "big", 1})}), 1'000'000'000);
    made.setUsage(made.trace({outer, made.frame({"/a/other.py", "other", 1})}), 700'000'000);
    for (std::uint32_t i = 0; i < 50; ++i)
        made.setUsage(made.trace({outer, made.frame({"/a/small.py", i == 37 ? "needle" : "hay", i + 1})}), 1000);
    Stage stage(made, {500, 200});
    const QSizeF size = stage.view.pageSize();
    const auto svg = [&] {
        QByteArray content;
        QBuffer buffer(&content);
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setSize(size.toSize());
        QPainter painter(&generator);
        stage.view.drawPage(painter, size);
        painter.end();
        return content;
    };
    const auto marked = [&] {
        QImage image(size.toSize(), QImage::Format_RGB32);
        QPainter painter(&image);
        stage.view.drawPage(painter, size);
        painter.end();
        const QRgb match = FlamePalette(stage.canvas->palette()).match();
        int found = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) found += (image.pixel(x, y) | 0xff000000) == match;
        return found;
    };
    const QByteArray colour = matchColour(stage.view.palette()).name().toLatin1();
    QVERIFY(marked() == 0 && !svg().contains(colour));
    stage.search("big");
    const int ofBig = marked();
    QVERIFY2(ofBig > size.width() / 2, qPrintable(QString::number(ofBig)));
    QVERIFY(svg().contains(colour) && svg().contains("found: big"));
    QCOMPARE(svg().count("big.py:"), 1);  // its label stands there once
    stage.search("needle");               // narrower than a pixel
    QVERIFY(marked() >= 10 && marked() < ofBig);
}

}  // namespace
}  // namespace heapprof::gui

using heapprof::gui::FlameSearchTest;
QTEST_MAIN(FlameSearchTest)
#include "flame_search_test.moc"
