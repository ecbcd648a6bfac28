// What resident memory consists of, as a user meets it.
#include "gui/composition/composition_view.h"

#include <QApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QTest>
#include <QTreeWidget>
#include <map>
#include <set>

#include "core/text/text.h"
#include "gui/common/style.h"
#include "gui/composition/composition_bar.h"
#include "gui/composition/composition_texts.h"
#include "gui/document/instant_query.h"
#include "gui/document/plot_query.h"
#include "gui/timeplot/time_plot.h"
#include "tests/core/digested.h"
#include "tests/core/temporary_folder.h"
#include "tests/gui/recorded_capture.h"

namespace heapprof::gui {
namespace {

using test::digested;
using test::RecordedCapture;
using test::TemporaryFolder;
using Kind = CompositionKind;

constexpr std::uint64_t kMiB = 1 << 20;

/// Drives a view over a recording as the window would: another result for another state.
struct Stage {
    enum class Readings { None, Two };

    explicit Stage(Readings readings = Readings::Two) {
        RecordedCapture capture = RecordedCapture::ofAllDomains(folder / "program");
        const auto read = [&](std::uint64_t resident) {
            if (readings == Readings::None) return capture.resident(resident * kMiB);
            capture.resident(resident * kMiB, {20 * kMiB, kMiB});
            capture.memory({{MemoryPart::PoolsInUse, 9 * kMiB},
                            {MemoryPart::Pools, 12 * kMiB},
                            {MemoryPart::MallocInUse, 11 * kMiB},
                            {MemoryPart::MallocFree, 2 * kMiB},
                            {MemoryPart::Stacks, kMiB},
                            {MemoryPart::Complete, 0}});
        };
        read(60);
        capture.grow(10'000, Micros(5'000'000));
        read(90);
        capture.grow(10'000, Micros(5'000'000));
        capture.end();
        const auto opened = Capture::open(folder / "program");
        recording = digested(opened);
        timeline = std::make_shared<const Timeline>(timelineOf(*opened));
        QObject::connect(&store, &ViewStateStore::changed, &view, [this] { ask(); });
        view.resize(900, 400);
        view.show();
        showInstant(Micros(6'000'000));
    }
    void ask() { view.showResult(query.compute({recording, InstantQuestion::of(store.state()), timeline})); }
    void showInstant(Instant instant) {
        store.change([&](ViewState& state) { state.showInstant(instant); });
        settle();
    }
    void settle() {
        QTRY_VERIFY_WITH_TIMEOUT(!view.isBusy() && !view.outdated(), 20000);
        QCoreApplication::processEvents();
    }
    QString legendText(Kind kind, int column) const {
        for (int row = 0; row < legend->topLevelItemCount(); ++row)
            if (legend->topLevelItem(row)->text(0) == titleOf(kind)) return legend->topLevelItem(row)->text(column);
        return {};
    }

    TemporaryFolder folder;
    Recording recording;
    std::shared_ptr<const Timeline> timeline;
    InstantQuery query;
    ViewStateStore store;
    CompositionView view{store};
    CompositionBar* bar = view.findChild<CompositionBar*>();
    QTreeWidget* legend = view.findChild<QTreeWidget*>(QStringLiteral("compositionLegend"));
};

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

}  // namespace

class CompositionViewTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qputenv("XDG_CACHE_HOME", (m_cache / "cache").string().c_str()); }

    void theLegendHasThePartsOfTheInstant() {
        Stage stage;
        for (const std::int64_t second : {2, 5, 8}) {
            stage.showInstant(Micros(second * 1'000'000));
            const auto truth = compositionAt(stage.recording, *stage.timeline, Micros(second * 1'000'000));
            QVERIFY(truth && stage.view.composition() == truth);
            std::int64_t sum = 0;
            for (const Composition::Part& part : truth->parts) {
                sum += part.bytes;
                if (part.bytes == 0 && part.kind != Kind::Unexplained) {
                    QVERIFY(stage.legendText(part.kind, 1).isEmpty());
                    continue;
                }
                QCOMPARE(stage.legendText(part.kind, 1), text(formatBytes(part.bytes)));
                QCOMPARE(stage.legendText(part.kind, 2), text(formatShare(part.bytes, truth->resident)));
                QVERIFY(!stage.legendText(part.kind, 3).isEmpty());
            }
            QCOMPARE(sum, truth->resident);
            QCOMPARE(sum, std::int64_t((second < 5 ? 60 : 90) * kMiB));
            QVERIFY(stage.bar->accessibleName().contains(text(formatBytes(truth->resident))));
        }
    }

    void thePlotSaysTheSameOfItsKinds() {
        Stage stage;
        ViewStateStore store;
        store.change([](ViewState& state) { state.showsResidentKinds = true; });
        TimePlot plot(store);
        plot.resize(900, 300);
        plot.show();
        PlotQuery query;
        plot.showResult(query.compute({stage.recording, nullptr, stage.timeline, {{}, 700}, {}, {}, {}}, {}));
        for (const std::int64_t second : {2, 8}) {
            stage.showInstant(Micros(second * 1'000'000));
            const QPointF at(plot.xOf(Micros(second * 1'000'000)), 150);
            QMouseEvent move(QEvent::MouseMove, at, plot.mapToGlobal(at), Qt::NoButton, Qt::NoButton, {});
            QApplication::sendEvent(&plot, &move);
            const ResidentAccount& account = stage.view.composition()->account;
            QCOMPARE(account.file, std::int64_t(20 * kMiB));
            for (const auto& [bytes, words] :
                 {std::pair(account.anonymous, "%1 anonymous"), std::pair(account.file, "%1 of files"),
                  std::pair(account.shared, "%1 shared")})
                QVERIFY2(plot.hoverTexts().contains(QString::fromLatin1(words).arg(text(formatBytes(bytes)))),
                         qPrintable(plot.hoverTexts().join(u'\n')));
        }
    }

    void ofAnIntervalItIsTheInstant() {
        Stage stage;
        stage.store.change([](ViewState& state) { state.showInterval(Instant(Micros(1'000'000)), state.time); });
        stage.settle();
        QVERIFY(stage.view.composition()->instant == Instant(Micros(6'000'000)));
    }

    void neitherFiltersNorTheUnitMatter() {
        Stage stage;
        const auto before = stage.view.composition();
        stage.store.change([](ViewState& state) {
            state.measure = Measure::BlockCount;
            state.domains = DomainSet{Domain::Native};
        });
        stage.settle();
        QVERIFY(before && stage.view.composition() == before);
    }

    void aCaptureThatDoesNotTellSaysSo() {
        Stage stage(Stage::Readings::None);
        QVERIFY(!stage.view.composition());
        QCOMPARE(stage.legend->topLevelItemCount(), 0);
        QVERIFY(stage.bar->accessibleName().contains(QStringLiteral("does not tell")));
        stage.view.showResult(nullptr);
        QVERIFY(!stage.view.isBusy() && !stage.view.outdated());
        QVERIFY(stage.bar->accessibleName().contains(QStringLiteral("Nothing to show yet")));
    }

    void theBarIsDividedLikeTheLegend() {
        Stage stage;
        const Composition composition = *stage.view.composition();
        std::map<Kind, int> pixels;
        const double y = stage.bar->height() - 20;
        for (int x = 0; x < stage.bar->width(); ++x)
            if (const auto kind = stage.bar->partAt({x + 0.5, y})) ++pixels[*kind];
        double all = 0, width = 0;
        for (const auto& [kind, count] : pixels) width += count;
        for (const Composition::Part& part : composition.parts)
            all += static_cast<double>(std::max(part.bytes, std::int64_t(0)));
        QVERIFY(width > 800);
        for (const Composition::Part& part : composition.parts) {
            const double expected = width * static_cast<double>(std::max(part.bytes, std::int64_t(0))) / all;
            QVERIFY2(std::abs(pixels[part.kind] - expected) <= 2, qPrintable(titleOf(part.kind)));
        }
        // A click selects the row.
        for (int x = 0; x < stage.bar->width(); ++x)
            if (stage.bar->partAt({x + 0.5, y}) == Kind::Files) {
                QTest::mouseClick(stage.bar, Qt::LeftButton, {}, QPoint(x + 2, static_cast<int>(y)));
                break;
            }
        QVERIFY(stage.legend->currentItem() && stage.legend->currentItem()->text(0) == titleOf(Kind::Files));
        // It stays selected at another instant.
        stage.showInstant(Micros(2'000'000));
        QVERIFY(stage.legend->currentItem() && stage.legend->currentItem()->text(0) == titleOf(Kind::Files));
    }

    void coloursAreApartInBothThemes() {
        for (const bool dark : {false, true}) {
            const QPalette palette = paletteOf(dark);
            std::set<QRgb> colours;
            for (int kind = 0; kind <= static_cast<int>(Kind::Unexplained); ++kind)
                colours.insert(colourOf(static_cast<Kind>(kind), palette).rgb());
            QCOMPARE(colours.size(), std::size_t(14));  // two that never stand side by side are grey
            QVERIFY(!colours.contains(palette.color(QPalette::Base).rgb()));
        }
    }

    void thePageHasTheWholeOfIt() {
        Stage stage;
        const QSize size = stage.view.pageSize().toSize();
        QImage image(size, QImage::Format_RGB32);
        image.fill(Qt::magenta);
        QPainter painter(&image);
        stage.view.drawPage(painter, size);
        painter.end();
        std::set<QRgb> seen;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) seen.insert(image.pixel(x, y));
        QVERIFY(!seen.contains(QColor(Qt::magenta).rgb()));
        for (const Composition::Part& part : stage.view.composition()->parts)
            if (part.bytes > 0) QVERIFY(seen.contains(colourOf(part.kind, stage.view.palette()).rgb()));
    }

private:
    TemporaryFolder m_cache;
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::CompositionViewTest)
#include "composition_view_test.moc"
