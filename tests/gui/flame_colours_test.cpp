// The colours of the flame graph: readable, told apart by hue, and explained by a legend.
#include <QTest>

#include "gui/common/style.h"
#include "gui/flamegraph/flame_legend.h"
#include "tests/gui/contrast.h"
#include "tests/gui/flame_stage.h"

namespace heapprof::gui {
namespace {

using test::contrast;
using test::linear;

/// What people without the cones for red see of a colour, as yellow against blue: Viénot, Brettel, Mollon 1999. They
/// see no other difference of hue.
double yellowAgainstBlue(QRgb colour) {
    const double red = linear(qRed(colour)), green = linear(qGreen(colour)), blue = linear(qBlue(colour));
    return 0.11238 * red + 0.88762 * green - (0.00401 * red - 0.00401 * green + blue);
}

class FlameColoursTest : public QObject {
    Q_OBJECT

    void windows() {
        QTest::addColumn<bool>("dark");
        QTest::addRow("light") << false;
        QTest::addRow("dark") << true;
    }

private slots:
    void textIsReadableOnEveryFill_data() { windows(); }
    void textIsReadableOnEveryFill() {
        QFETCH(bool, dark);
        const FlamePalette colours(paletteOf(dark));
        const auto isReadable = [](QRgb fill) {
            return contrast(fill, FlamePalette::textOn(fill)) >= 4.5 &&
                   contrast(fill, FlamePalette::paleTextOn(fill)) >= 4.5;
        };
        for (const ModuleKind kind :
             {ModuleKind::Own, ModuleKind::StandardLibrary, ModuleKind::SitePackages, ModuleKind::Internal}) {
            QVERIFY(isReadable(colours.kind(kind)));
            for (std::uint32_t i = 0; i < 2000; ++i)
                QVERIFY(isReadable(colours.module({"module" + std::to_string(i), kind}, i)));
        }
        for (std::uint32_t i = 0; i < 2000; ++i) QVERIFY(isReadable(colours.native(i)));
        for (int i = -100; i <= 100; ++i) QVERIFY(isReadable(colours.change(i / 100.0)));
        for (const QRgb fill : {colours.total(), colours.withoutStack(), colours.match()}) QVERIFY(isReadable(fill));
    }

    void kindsOfCodeHaveHuesOfTheirOwn_data() { windows(); }
    void kindsOfCodeHaveHuesOfTheirOwn() {
        QFETCH(bool, dark);
        const FlamePalette colours(paletteOf(dark));
        const auto lies = [](QRgb fill, int first, int last) {
            const int hue = QColor(fill).hslHue();
            return hue >= first && hue <= last;
        };
        for (std::uint32_t i = 0; i < 500; ++i) {
            const std::string name = "module" + std::to_string(i);
            QVERIFY(lies(colours.module({name, ModuleKind::Own}, i), 8, 50));
            QVERIFY(lies(colours.module({name, ModuleKind::SitePackages}, i), 128, 180));
            QVERIFY(lies(colours.module({name, ModuleKind::StandardLibrary}, i), 195, 232));
            QVERIFY(lies(colours.native(i), 260, 300));
            QCOMPARE(colours.module({name, ModuleKind::Own}, i),
                     FlamePalette(paletteOf(dark)).module({name, ModuleKind::Own}, i));
        }
    }

    void growthAndShrinkageDifferWithoutRedAndGreen_data() { windows(); }
    void growthAndShrinkageDifferWithoutRedAndGreen() {
        QFETCH(bool, dark);
        const FlamePalette colours(paletteOf(dark));
        const double none = yellowAgainstBlue(colours.change(0));
        double growth = none, shrinkage = none;
        for (int i = 1; i <= 10; ++i) {  // and more of either is farther from the other
            const double grown = yellowAgainstBlue(colours.change(i / 10.0));
            const double shrunk = yellowAgainstBlue(colours.change(-i / 10.0));
            QVERIFY(grown > growth && shrunk < shrinkage);
            growth = grown;
            shrinkage = shrunk;
        }
        QVERIFY2(growth - shrinkage > (dark ? 0.2 : 0.6), qPrintable(QString::number(growth - shrinkage)));
    }

    void nativeMemoryHasItsHue() {
        MadeCapture made;
        const FrameIndex outer = made.frame({"/a/main.py", "main", 1}), line = made.frame({"/a/main.py", "load", 2}),
                         other = made.frame({"/a/main.py", "parse", 3});
        const auto trace = [&](FrameIndex inner, Domain domain) {
            const NodeIndex node = made.traces().internNode(made.traces().internNode({}, outer), inner);
            return made.traces().addTrace({node, {}, domain});
        };
        made.setUsage(trace(line, Domain::Native), 600);
        made.setUsage(trace(line, Domain::Python), 300);
        made.setUsage(trace(other, Domain::Python), 200);
        made.setUsage(trace(other, Domain::Mapped), 100);
        Stage stage(made);
        const QImage image = stage.canvas->grab().toImage();
        const auto hueOf = [&](std::uint32_t node) {
            const QPoint corner = stage.canvas->nodeRectangle(node).bottomRight().toPoint() - QPoint(3, 3);
            return image.pixelColor(corner).hslHue();
        };
        QVERIFY(hueOf(1) < 60);  // what it calls is native, not itself
        QVERIFY(hueOf(2) > 260);
        QVERIFY(hueOf(3) < 60);  // the smaller part of it
        QVERIFY(stage.canvas->scene()->details(2, QStringLiteral(", ")).contains(QStringLiteral("native code")));
        auto* legend = stage.view.findChild<QWidget*>(QStringLiteral("flameLowLegend"))->findChild<FlameLegend*>();
        QVERIFY(legend->isVisible());
        QVERIFY(legend->accessibleDescription().endsWith(QStringLiteral("native")));
        // From the allocating lines up they are the same.
        stage.press(QStringLiteral("flameBottomUp"));
        QVERIFY(stage.tree().nodes[1].isNative && !stage.tree().nodes[2].isNative && !stage.tree().nodes[3].isNative);
    }

    void theLegendSaysWhatIsPainted() {
        MadeCapture made = makeSampleCapture();
        const Snapshot before = made.snapshot(Micros(1));
        Stage stage(made);
        auto* legend = stage.view.findChild<QWidget*>(QStringLiteral("flameLowLegend"))->findChild<FlameLegend*>();
        QCOMPARE(legend->accessibleDescription(), QStringLiteral("own code, site-packages, standard library"));
        stage.store.change([](ViewState& state) { state.tree.hidden.internal = false; });
        stage.settle();
        QVERIFY(legend->accessibleDescription().endsWith(QStringLiteral("interpreter")));
        const QImage image = legend->grab().toImage();
        const QRgb own = FlamePalette(legend->palette()).kind(ModuleKind::Own);
        QCOMPARE(image.pixel(3, image.height() / 2), own);
        for (const auto& each : before.traces) made.setUsage(each.trace, each.usage.bytes * 2);
        stage.view.showResult(made.differenceFrom(before));
        stage.settle();
        QCOMPARE(legend->accessibleDescription(), QStringLiteral("growth, shrinkage"));
    }
};

}  // namespace
}  // namespace heapprof::gui

using heapprof::gui::FlameColoursTest;
QTEST_MAIN(FlameColoursTest)
#include "flame_colours_test.moc"
