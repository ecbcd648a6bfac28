// The window's tables of single blocks and their history, and the source file.
#include <QLabel>
#include <QTabWidget>
#include <QTableView>
#include <fstream>

#include "core/blocks/generations.h"
#include "core/blocks/growth.h"
#include "core/text/text.h"
#include "gui/common/elided_label.h"
#include "gui/common/instant_view.h"
#include "gui/traces/cells.h"
#include "tests/core/recorded_model.h"
#include "tests/gui/window_test.h"

namespace heapprof::gui {
namespace {
using test::RecordedCapture;
using test::RecordedModel;
}  // namespace

class WindowTablesTest : public test::WindowTest {
    Q_OBJECT

private slots:
    void initTestCase() { prepare(); }
    void init() { makeWindow(); }
    void cleanup() { m_window.reset(); }

    void columnsThatSayNothingAreHidden() {
        open(m_folder / "program");
        const QTableView& lines = *find<QTableView>("linesTable");
        QTRY_VERIFY_WITH_TIMEOUT(lines.model()->rowCount() > 0, kPatience);
        const bool isExact = m_window->document()->status().recording.weights().exact();
        QVERIFY(isExact);
        QVERIFY(lines.isColumnHidden(5));  // intervals
        for (const int column : {0, 1, 2, 3, 4, 6}) QVERIFY(!lines.isColumnHidden(column));
    }

    void growthAndSizesAreTables() {
        open(m_folder / "program");
        const Recording recording = m_window->document()->status().recording;
        m_window->store().change([&](ViewState& state) { state.time = recording.end(); });
        settle();
        showTable("growthTable");
        const auto& growth = *find<QTableView>("growthTable")->model();
        const auto known = growthBetween(recording, {Micros(-1), recording.end(), TraceGrouping::OwnLine});
        QTRY_COMPARE_WITH_TIMEOUT(growth.rowCount(), static_cast<int>(known.size()), kPatience);
        QVERIFY(growth.rowCount() > 10);
        QCOMPARE(growth.index(0, 5).data().toString(), text(formatBytes(known.front().last)));
        QCOMPARE(growth.index(0, 1).data().toString(),
                 text(lineText(recording.traces(), LineIndex(known.front().index))));

        // Of one instant there is no growth: the whole recording's is shown, and said to be.
        const QString most = growth.index(0, 2).data().toString();
        m_window->store().change([&](ViewState& state) { state.time = Micros(recording.end().count / 3); });
        settle();
        QCOMPARE(growth.index(0, 2).data().toString(), most);
        const QString whole = QStringLiteral("from 0.000 s to %1").arg(text(formatTime(recording.end())));
        QVERIFY2(find<QLabel>("tableSummary")->text().endsWith(whole),
                 qPrintable(find<QLabel>("tableSummary")->text()));
        m_window->store().back();
        settle();

        showTable("sizesTable");
        const auto& sizes = *find<QTableView>("sizesTable")->model();
        QTRY_VERIFY_WITH_TIMEOUT(sizes.rowCount() > 4, kPatience);
        const auto sumOf = [&] {
            std::int64_t sum = 0;
            for (int row = 0; row < sizes.rowCount(); ++row) sum += sizes.index(row, 1).data(RawRole).toLongLong();
            return sum;
        };
        QCOMPARE(sumOf(), m_window->views().result()->snapshot().total.bytes);
        QCOMPARE(sizes.index(0, 0).data().toString(), QStringLiteral("17 B to 32 B"));
        click("modeAllocated");
        settle();
        QTRY_COMPARE_WITH_TIMEOUT(sumOf(), m_window->views().result()->snapshot().total.bytes, kPatience);
        click("modeChange");
        settle();
        QTRY_VERIFY_WITH_TIMEOUT(sizes.rowCount() == 0, kPatience);
        QTRY_VERIFY(find<QLabel>("sizesTableEmpty")->text().contains(QStringLiteral("Live and of Allocated")));
    }

    void generationsTellWhatEachEpochLeftBehind() {
        RecordedCapture capture(m_folder / "epochs");
        for (int epoch = 1; epoch <= 4; ++epoch) {
            if (epoch > 1) capture.mark(records::MarkKind::Instant, "epoch " + std::to_string(epoch));
            capture.grow(static_cast<std::size_t>(1000 * epoch), Micros(2'000'000));
        }
        capture.end();
        open(m_folder / "epochs");
        const Recording recording = m_window->document()->status().recording;
        m_window->store().change([&](ViewState& state) { state.showInstant(recording.end()); });
        settle();
        auto* view = showTable("generationsTable");
        const auto& table = *view->model();
        QTRY_COMPARE_WITH_TIMEOUT(table.rowCount(), 4, kPatience);
        const std::vector<Micros> borders{Micros(-1), Micros(2'000'000), Micros(4'000'000), Micros(6'000'000),
                                          Micros(8'000'000)};
        const auto known = generations(recording, borders, recording.end());
        QVERIFY(known);
        std::int64_t left = 0;
        for (int row = 0; row < 4; ++row) {
            const Generation& each = (*known)[static_cast<std::size_t>(row)];
            QCOMPARE(table.index(row, 3).data(RawRole).toLongLong(), each.allocated.bytes);
            QCOMPARE(table.index(row, 4).data(RawRole).toLongLong(), each.alive.total.bytes);
            left += each.alive.total.bytes;
        }
        QCOMPARE(left, m_window->views().result()->snapshot().total.bytes);
        QCOMPARE(table.index(2, 1).data().toString(), QStringLiteral("epoch 3"));
        QVERIFY(table.index(2, 0).data().toString().startsWith(QStringLiteral("4.000 s to 6.000 s")));
        // A double click shows what it left behind, in every view; the table stays.
        const QPoint at = view->visualRect(table.index(2, 4)).center();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, at);
        QTest::mouseDClick(view->viewport(), Qt::LeftButton, {}, at);
        settle();
        QCOMPARE(m_window->views().result()->snapshot().total.bytes, (*known)[2].alive.total.bytes);
        const QString about = find<Headline>("headline")->aboutText();
        QVERIFY2(about.contains(QStringLiteral("allocated from 4.000 s to 6.000 s, and still alive at 8.000 s")),
                 qPrintable(about));
        QTRY_COMPARE_WITH_TIMEOUT(table.rowCount(), 4, kPatience);
        QCOMPARE(table.index(2, 4).data(RawRole).toLongLong(), (*known)[2].alive.total.bytes);
        QTRY_COMPARE(view->currentIndex().row(), 2);
        click("modeLive");
        settle();
        QVERIFY(!m_window->store().state().generationOf);
        // Also where the span does not begin with the recording, and ends in the middle of a tick of the clock.
        const Instant until(Micros(7'000'000), 11'000);
        m_window->store().change([&](ViewState& state) { state.showInterval(Micros(3'000'000), until); });
        settle();
        QTRY_COMPARE_WITH_TIMEOUT(table.rowCount(), 3, kPatience);  // to 4 s, to 6 s, to 7 s
        for (const int row : {2, 0}) {
            const auto bytes = table.index(row, 4).data(RawRole).toLongLong();
            const QPoint place = view->visualRect(table.index(row, 4)).center();
            QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, place);
            QTest::mouseDClick(view->viewport(), Qt::LeftButton, {}, place);
            settle();
            QCOMPARE(m_window->views().result()->snapshot().total.bytes, bytes);
            const InstantView& tables = *m_window->views().view(ExportView::Traces);
            QTRY_VERIFY_WITH_TIMEOUT(!tables.isBusy() && !tables.outdated(), kPatience);
            QCOMPARE(table.rowCount(), 3);
        }

        // Without marks the time is cut into equal parts.
        open(m_folder / "program");
        m_window->store().change([&](ViewState& state) { state.showInterval(Micros(3'000'000), Micros(9'000'000)); });
        settle();
        showTable("generationsTable");
        QTRY_COMPARE_WITH_TIMEOUT(table.rowCount(), 12, kPatience);
        QVERIFY(table.index(0, 0).data().toString().startsWith(QStringLiteral("3.000 s to 3.500 s")));
        showTable("lifetimesTable");
        const auto& lives = *find<QTableView>("lifetimesTable")->model();
        QTRY_COMPARE_WITH_TIMEOUT(lives.rowCount(), 2,
                                  kPatience);  // every block lives as long again as the program ran
        QCOMPARE(lives.index(0, 0).data().toString(), QStringLiteral("2 s to 5 s"));
        std::int64_t allocated = 0;
        for (int row = 0; row < lives.rowCount(); ++row) allocated += lives.index(row, 1).data(RawRole).toLongLong();
        click("modeAllocated");
        settle();
        QCOMPARE(allocated, m_window->views().result()->snapshot().total.bytes);
    }

    void lifetimesSayNoMoreThanTheClockKnew() {
        RecordedModel model(m_folder / "brief", Sampling::everything());
        model.recordsResolution(Micros(4000));
        const TraceIndex trace = model.addTrace(1);
        for (const int lifetime : {0, 300, 4000, 9000, 40'000}) {
            model.allocate(trace, 1000);
            model.passTime(Micros(lifetime));
            model.freeBlock(model.liveCount() - 1);
        }
        model.finish();
        open(m_folder / "brief");
        m_window->store().change(
            [&](ViewState& state) { state.showInstant(m_window->views().result()->recording.end()); });
        settle();
        showTable("lifetimesTable");
        const auto& lives = *find<QTableView>("lifetimesTable")->model();
        QTRY_COMPARE_WITH_TIMEOUT(lives.rowCount(), 3, kPatience);
        const char* const expected[] = {"less than 4 ms", "4 ms to 10 ms", "20 ms to 50 ms"};
        for (int row = 0; row < 3; ++row) {
            QCOMPARE(lives.index(row, 0).data().toString(), QString::fromLatin1(expected[row]));
            QCOMPARE(lives.index(row, 4).data(RawRole).toLongLong(), row < 2 ? 2 : 1);
        }
    }

    void theSourceTabShowsTheWholeFile() {
        const std::filesystem::path source = m_folder / "whole.py";
        std::ofstream(source) << "import this\n\tkeep(load())\n\nmore()\n";
        RecordedModel model(m_folder / "whole", Sampling::everything());
        model.allocate(model.addTraceOf(source.string(), 2), 100'000);
        model.allocate(model.addTraceOf(source.string(), 4), 50'000);
        model.allocate(model.addTraceOf("/there/is/no/such/file.py", 7), 1000);
        model.finish();
        open(m_folder / "whole");
        auto* view = showTable("sourceTable");
        QVERIFY(find<QLabel>("sourceTableEmpty")->text().startsWith(QStringLiteral("Select a line")));
        select(LineIndex(0));
        const auto& table = *view->model();
        QTRY_COMPARE_WITH_TIMEOUT(table.rowCount(), 4, kPatience);
        const auto cell = [&](int row, int column) { return table.index(row, column).data().toString(); };
        QCOMPARE(cell(0, 4), QStringLiteral("import this"));
        QCOMPARE(cell(1, 4), QStringLiteral("    keep(load())"));
        QCOMPARE(cell(1, 0), QStringLiteral("2"));
        QCOMPARE(cell(1, 1), text(formatBytes(100'000)));
        QVERIFY(cell(0, 1).isEmpty() && cell(0, 2).isEmpty());
        QCOMPARE(table.index(3, 3).data(RawRole).toLongLong(), 50'000);
        QCOMPARE(view->currentIndex().row(), 1);
        QCOMPARE(find<ElidedLabel>("sourceTitle")->text(), text(source.string()));
        QVERIFY(find<QLabel>("sourcePageNote")->text().contains(QStringLiteral("changed since")));
        QCOMPARE(find<QLabel>("sourcePageNote")->text(), find<QLabel>("sourceNote")->text());
        const QPoint at = view->visualRect(table.index(3, 4)).center();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, at);
        QTest::mouseDClick(view->viewport(), Qt::LeftButton, {}, at);
        QTRY_VERIFY(m_window->store().state().selectedLine == LineIndex(1));
        select(LineIndex(2));
        QTRY_COMPARE_WITH_TIMEOUT(table.rowCount(), 0, kPatience);
        QTRY_VERIFY(find<QLabel>("sourceTableEmpty")->text().startsWith(QStringLiteral("There is no file /there/is")));
        QCOMPARE(find<QLabel>("sourceNote")->text(), find<QLabel>("sourceTableEmpty")->text());
    }

private:
    QTableView* showTable(const char* name) {
        auto* table = find<QTableView>(name);
        auto* tabs = find<QTabWidget>("traceTabs");
        for (int tab = 0; tab < tabs->count(); ++tab)
            if (tabs->widget(tab)->isAncestorOf(table)) tabs->setCurrentIndex(tab);
        return table;
    }
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::WindowTablesTest)
#include "window_tables_test.moc"
