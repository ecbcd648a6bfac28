// Bytes or blocks: whatever is counted, every view, table and file has the same number.
#include <QAction>
#include <QHeaderView>
#include <QLabel>
#include <QTabWidget>
#include <QTableView>
#include <QTreeView>
#include <QTreeWidget>

#include "core/state/peak.h"
#include "core/text/text.h"
#include "gui/common/instant_view.h"
#include "gui/exporting/exporter.h"
#include "gui/flamegraph/flame_scene.h"
#include "gui/flowgraph/box_content.h"
#include "gui/timeplot/parts_view.h"
#include "gui/traces/cells.h"
#include "tests/gui/window_test.h"

namespace heapprof::gui {
namespace {

constexpr Measure kBlocks = Measure::BlockCount;

/// Whether `parts` whole numbers, of which each was rounded, add up to `whole`.
bool addsUp(std::int64_t sum, std::int64_t whole, std::size_t parts) {
    return 2 * std::abs(sum - whole) <= static_cast<std::int64_t>(parts) + 1;
}

/// One of the window's tables as it is on screen.
struct ShownTable {
    const QAbstractItemModel& model;

    int column(const QString& title) const {
        for (int i = 0; i < model.columnCount(); ++i)
            if (model.headerData(i, Qt::Horizontal).toString() == title) return i;
        qFatal("no column %s", qPrintable(title));
    }
    int count(const QString& title) const {
        int count = 0;
        for (int i = 0; i < model.columnCount(); ++i) count += model.headerData(i, Qt::Horizontal).toString() == title;
        return count;
    }
    QString text(int row, const QString& title) const { return model.index(row, column(title)).data().toString(); }
    qint64 number(int row, const QString& title) const {
        return model.index(row, column(title)).data(RawRole).toLongLong();
    }
};

}  // namespace

class MeasureTest : public test::WindowTest {
    Q_OBJECT

private slots:
    void initTestCase() {
        prepare();
        test::RecordedCapture sampled(m_folder / "sampled", Sampling::byBytes(3000));
        sampled.grow(20'000, Micros(20'000'000));
        sampled.end();
    }
    void init() { makeWindow(); }
    void cleanup() { m_window.reset(); }

    void isOneSwitchOfTheOneState() {
        open(m_folder / "program");
        QVERIFY(find<QToolButton>("measureBytes")->isVisible() && find<QToolButton>("measureBytes")->isChecked());
        const auto* action = find<QAction>("actionCountBlocks");
        QVERIFY(action->isEnabled() && !action->isChecked() && !action->shortcut().isEmpty());
        click("measureBlocks");
        QVERIFY(m_window->store().state().measure == kBlocks && action->isChecked());
        m_window->store().back();
        QVERIFY(find<QToolButton>("measureBytes")->isChecked() && !action->isChecked());
        find<QAction>("actionCountBlocks")->trigger();
        QVERIFY(find<QToolButton>("measureBlocks")->isChecked());
    }

    void everyPlaceHasTheSameNumber_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("mode");
        for (const char* name : {"program", "sampled"})
            for (const char* mode : {"modeLive", "modeChange", "modeStillAlive", "modeAllocated", "modeTemporary"})
                QTest::addRow("%s %s", name, mode) << QString::fromLatin1(name) << QByteArray(mode);
    }
    void everyPlaceHasTheSameNumber() {
        QFETCH(QString, name);
        QFETCH(QByteArray, mode);
        open(m_folder / name.toStdString());
        m_window->store().change([](ViewState& state) { state.time = Micros(15'000'000); });
        click(mode.constData());
        if (m_window->store().state().compareTime)
            m_window->store().change([](ViewState& state) { state.compareTime = Micros(5'000'000); });
        click("measureBlocks");
        settle();
        const InstantResult& result = *m_window->views().result();
        const std::int64_t blocks = result.snapshot().total.blocks;
        if (blocks == 0 && mode == "modeTemporary") {  // the program that is recorded keeps what it allocates
            QCOMPARE(headline().amountText(), QStringLiteral("0 blocks"));
            return;
        }
        QVERIFY(blocks != 0 && blocks != result.snapshot().total.bytes);
        const auto write = [&](std::int64_t amount) {
            return text(result.isDifference() ? formatSignedAmount(amount, kBlocks) : formatAmount(amount, kBlocks));
        };

        QVERIFY2(headline().amountText().startsWith(write(blocks)), qPrintable(headline().amountText()));
        const std::string interval = formatInterval(result.snapshot().total, kBlocks);
        QCOMPARE(interval.empty(), name != QStringLiteral("sampled"));
        QVERIFY(headline().aboutText().contains(text(interval)));
        const FlameScene flame(m_window->views().result());
        QCOMPARE(flame.amount(0), write(blocks));
        QVERIFY(addsUp(flame.layout.total(), result.shareBase(), result.snapshot().traces.size()));
        compareFlow(result);
        compareLine(result, write);
        compareTables(result, write);
        compareParts(result, write);
        compareFiles(result);
        if (!result.isInterval()) {
            QCOMPARE(blocks, totalAt(result.recording, result.time()).blocks);
            QVERIFY(m_window->views().timePlot().cursorText().contains(write(blocks)));
        }
    }

    void thePlotCountsBlocks() {
        open(m_folder / "sampled");
        const Recording recording = m_window->document()->status().recording;
        m_window->store().change([](ViewState& state) { state.pinnedLines = {LineIndex(3)}; });
        click("measureBlocks");
        settle();
        const PlotResult& plot = *m_window->views().timePlot().result();
        QVERIFY(plot.counted.measure == kBlocks && plot.isSampled);
        const Peak peak = peakOf(recording, {}, {}, kBlocks);
        QVERIFY(plot.peak == peak);
        const auto through = TraceSet::throughLine(recording.traces(), LineIndex(3));
        for (std::size_t step = 0; step < plot.total.size(); step += 97) {
            // The last microsecond of a step.
            const Micros end = plot.total[step].end - Micros(&plot.total[step] == &plot.total.back() ? 0 : 1);
            const Snapshot then = snapshotAt(recording, end);
            QCOMPARE(plot.total[step].last, then.total.blocks);
            QVERIFY(std::abs(plot.total[step].error - then.total.errorOf(kBlocks)) < 1e-6);
            QVERIFY(plot.total[step].min <= plot.total[step].last && plot.total[step].last <= plot.total[step].max);
            QVERIFY(plot.lines.front().amounts[step] >= totalOf(through, then).blocks);
        }
        // Nothing that is known in bytes alone is drawn.
        QVERIFY(m_window->views().timePlot().switches().empty() && plot.marks.resident.empty());
        m_window->store().change([&](ViewState& state) { state.time = peak.instant; });
        settle();
        QVERIFY(headline().aboutText().contains(QStringLiteral("peak of the recording")));
        QVERIFY(headline().amountText().startsWith(text(formatBlocks(peak.amount))));
    }

private:
    void compareFlow(const InstantResult& result) {
        const FlowPicture picture = makeFlowPicture(m_window->views().result(), {0, 0});
        Estimate sum;
        for (const FlowDiagram::Box& box : picture.diagram.boxes) sum += box.self.back();
        QCOMPARE(sum.blocks, picture.diagram.total.back().blocks);
        if (!result.isDifference()) QCOMPARE(sum.blocks, result.snapshot().total.blocks);
        const DiagramContent content = makeContent(picture, m_window->font());
        for (const BoxContent& box : content.boxes)
            for (const BoxContent::Field& field : box.fields)
                QVERIFY2(!field.text.contains(u'B'), qPrintable(field.text));
        const LineUsage& greatest = result.lines().lines.front();
        const auto node = std::ranges::find(result.flow().nodes, greatest.line, &FlowGraph::Node::line);
        if (!result.isDifference()) QCOMPARE(node->cumulative.back().blocks, greatest.cumulative.blocks);
    }

    template <typename Write>
    void compareLine(const InstantResult& result, const Write& write) {
        const LineUsage usage = result.lines().lines.front();
        select(usage.line);
        const Inspector& inspector = m_window->views().inspector();
        QTRY_VERIFY_WITH_TIMEOUT(!inspector.isBusy() && inspector.facts()->result == m_window->views().result(),
                                 kPatience);
        QCOMPARE(find<QLabel>("inspectorCumulative")->text(), write(usage.cumulative.blocks));
        QCOMPARE(find<QLabel>("inspectorSelf")->text(), write(usage.self.blocks));
        QCOMPARE(find<QLabel>("inspectorOther")->text(),
                 text(result.isDifference() ? formatSignedBytes(usage.cumulative.bytes)
                                            : formatBytes(usage.cumulative.bytes)));
        const InstantView& flame = *m_window->views().view(ExportView::Flame);
        QTRY_VERIFY_WITH_TIMEOUT(!flame.isBusy() && !flame.outdated(), kPatience);
        QVERIFY2(find<QLabel>("flameInstances")->text().contains(write(usage.cumulative.blocks)),
                 qPrintable(find<QLabel>("flameInstances")->text()));
    }

    template <typename Write>
    void compareTables(const InstantResult& result, const Write& write) {
        auto* tabs = find<QTabWidget>("traceTabs");
        tabs->setCurrentIndex(0);
        const ShownTable lines{*find<QTableView>("linesTable")->model()};
        QTRY_VERIFY_WITH_TIMEOUT(isShown(result) && lines.model.rowCount() > 0, kPatience);
        const LineUsage& greatest = result.lines().lines.front();
        QCOMPARE(lines.text(0, QStringLiteral("Cumulative")), write(greatest.cumulative.blocks));
        QCOMPARE(lines.number(0, QStringLiteral("Bytes")), qint64{greatest.cumulative.bytes});
        QCOMPARE(lines.count(QStringLiteral("Blocks")), 0);  // that is what the others are
        std::int64_t self = result.lines().withoutStack.blocks;
        for (int row = 0; row < lines.model.rowCount(); ++row) self += lines.number(row, QStringLiteral("Self"));
        QVERIFY(addsUp(self, result.snapshot().total.blocks, result.lines().lines.size()));
        for (const auto& [tab, name] : {std::pair(1, "topDownTree"), std::pair(2, "bottomUpTree")}) {
            tabs->setCurrentIndex(tab);
            const QAbstractItemModel& model = *find<QTreeView>(name)->model();
            QTRY_VERIFY_WITH_TIMEOUT(isShown(result) && model.rowCount() > 0, kPatience);
            const CallTree& tree = result.tree(tab == 2);
            const ShownTable shown{model};
            QCOMPARE(shown.number(0, QStringLiteral("Cumulative")), qint64{tree.cumulative[1].blocks});
            QCOMPARE(shown.number(0, QStringLiteral("Bytes")), qint64{tree.cumulative[1].bytes});
        }
        for (int tab = 3; tab < tabs->count(); ++tab) {
            tabs->setCurrentIndex(tab);
            QTRY_VERIFY_WITH_TIMEOUT(isShown(result), kPatience);
            if (const auto* table = tabs->currentWidget()->findChild<QTableView*>(QStringLiteral("tracesTable"))) {
                qint64 sum = 0;
                for (int row = 0; row < table->model()->rowCount(); ++row)
                    sum += ShownTable{*table->model()}.number(row, QStringLiteral("Blocks"));
                QVERIFY(addsUp(sum, result.snapshot().total.blocks, result.snapshot().traces.size()));
            }
        }
    }
    bool isShown(const InstantResult& result) const {
        const InstantView& browser = *m_window->views().view(ExportView::Traces);
        return m_window->views().result().get() == &result && !browser.isBusy() && !browser.outdated();
    }

    template <typename Write>
    void compareParts(const InstantResult& result, const Write& write) {
        m_window->views().bringIntoSight(ExportView::Parts);
        const InstantView& parts = *m_window->views().view(ExportView::Parts);
        QTRY_VERIFY_WITH_TIMEOUT(!parts.isBusy() && !parts.outdated(), kPatience);
        const auto* legend = find<QTreeWidget>("partsLegend");
        QCOMPARE(legend->headerItem()->text(1), QStringLiteral("Blocks"));
        const auto scene = makePartsScene(m_window->views().result(), {{}, 60}, {PartsBy::Line}, nullptr, {});
        Estimate sum;
        for (const PartsScene::Entry& entry : scene->entries) sum += entry.now;
        QCOMPARE(sum.blocks, result.snapshot().total.blocks);
        QVERIFY(legend->topLevelItemCount() > 0);
        QStringList amounts;
        for (const PartsScene::Entry& entry : scene->entries) amounts << write(entry.now.blocks);
        QVERIFY(amounts.contains(legend->topLevelItem(0)->text(1)));
        for (std::size_t i = 0; i < scene->series->instants.size(); i += 7)
            QCOMPARE(scene->series->total[i], totalAt(result.recording, scene->series->instants[i]).blocks);
        m_window->views().bringIntoSight(ExportView::Flame);
    }

    void compareFiles(const InstantResult& result) {
        const QString csv = text((m_folder / "x.csv").string());
        QCOMPARE(exportInstant(csv, ExportFormat::Csv, result, {}, {}), QString());
        QFile file(csv);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QList<QByteArray> rows = file.readAll().trimmed().split('\n');
        const qsizetype self = rows.takeFirst().split(',').indexOf("self_blocks");
        qint64 sum = 0;
        for (const QByteArray& row : rows) sum += row.split(',')[self].toLongLong();
        QVERIFY(addsUp(sum, result.snapshot().total.blocks, result.lines().lines.size()));
    }
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::MeasureTest)
#include "measure_test.moc"
