// Labels in the window: filters by them, memory over time divided by them, and those of each trace.
#include <QComboBox>
#include <QMenu>
#include <QTableView>
#include <QTreeWidget>

#include "core/state/peak.h"
#include "core/text/text.h"
#include "gui/common/elided_label.h"
#include "gui/timeplot/parts_view.h"
#include "gui/traces/cells.h"
#include "tests/gui/window_test.h"

namespace heapprof::gui {

class LabelsTest : public test::WindowTest {
    Q_OBJECT

private slots:
    void initTestCase() {
        prepare();
        test::RecordedCapture capture(m_folder / "shop");
        // Traces 0 to 39; those that have none stay without.
        for (std::size_t i = 0; i < 10; ++i) capture.label(i, {{"request", "/cart"}, {"task", "serve & pay"}});
        for (std::size_t i = 10; i < 15; ++i) capture.label(i, {{"request", "/pay"}});
        for (std::size_t i = 15; i < 20; ++i) capture.label(i, {{"task", "watch"}});
        capture.grow(20'000, Micros(20'000'000));
        capture.end();
    }
    void init() { makeWindow(); }
    void cleanup() { m_window.reset(); }

    void areFilters() {
        open(m_folder / "shop");
        const Recording shown = recording();
        const TraceTable& traces = shown.traces();
        choose("request", "/cart");
        QCOMPARE(shownBytes(), bytesOf(TraceSet::ofLabel(traces, "request", "/cart")));
        QCOMPARE(m_window->views().timePlot().result()->peak->amount,
                 peakOf(recording(), TraceSet::ofLabel(traces, "request", "/cart")).amount);
        QVERIFY(find<QToolButton>("filterChip")->text().startsWith(QStringLiteral("only request=/cart")));
        choose("task", "serve && pay");
        QCOMPARE(m_window->store().state().filters.size(), std::size_t{2});
        QCOMPARE(shownBytes(), bytesOf(TraceSet::ofLabel(traces, "request", "/cart")));
        choose("request", "/pay");  // in place of the other value
        QCOMPARE(m_window->store().state().filters.size(), std::size_t{2});
        QCOMPARE(shownBytes(), 0);
        m_window->store().change([](ViewState& state) { state.filters.clear(); });
        choose("request", "&Any Value");
        QCOMPARE(shownBytes(), bytesOf(TraceSet::ofLabel(traces, "request")));
        QVERIFY(find<QToolButton>("filterChip")->text().startsWith(QStringLiteral("only label request")));
    }

    void valuesStandInTheOrderOfTheirNumbers() {
        test::RecordedCapture capture(m_folder / "clients");
        for (const int i : {10, 2, 1, 20, 3}) capture.label(std::size_t(i), {{"client", "c" + std::to_string(i)}});
        capture.grow(2000, Micros(2'000'000));
        capture.end();
        open(m_folder / "clients");
        QMenu* menu = find<QToolButton>("addFilter")->menu();
        emit menu->aboutToShow();
        const auto* labels = menu->findChild<QMenu*>(QStringLiteral("labelOnly"));
        QStringList offered;
        for (const QAction* each : labels->actions()[0]->menu()->actions())
            if (!each->isSeparator()) offered << each->text();
        QCOMPARE(offered.mid(1).join(u' '), QStringLiteral("c1 c2 c3 c10 c20"));
    }

    void areRememberedAsFilters() {
        open(m_folder / "shop");
        choose("request", "/pay");
        m_window->store().change([](ViewState& state) { state.parts = {PartsBy::Label, false, "task"}; });
        const auto filters = m_window->store().state().filters;
        m_window->close();
        m_window = std::make_unique<MainWindow>();
        m_window->show();
        open(m_folder / "shop");
        QCOMPARE(m_window->store().state().filters, filters);
        QVERIFY(m_window->store().state().parts == (PartsOptions{PartsBy::Label, false, "task"}));
    }

    void divideMemoryOverTime() {
        open(m_folder / "shop");
        m_window->views().showPicture(ExportView::Parts);
        auto& view = dynamic_cast<PartsView&>(*m_window->views().view(ExportView::Parts));
        auto* by = view.findChild<QComboBox*>(QStringLiteral("partsBy"));
        QCOMPARE(by->count(), 8);  // with two labels
        QCOMPARE(by->itemText(6), QStringLiteral("By label request"));
        by->setCurrentIndex(6);
        emit by->activated(6);
        const auto isSettled = [&] {
            return !view.isBusy() && view.scene() && view.scene()->question.label == "request";
        };
        QTRY_VERIFY_WITH_TIMEOUT(isSettled(), kPatience);
        const Recording shown = recording();
        const TraceTable& traces = shown.traces();
        std::map<QString, std::int64_t> found;
        for (const PartsScene::Entry& entry : view.scene()->entries) found[entry.name] = entry.now.bytes;
        const std::map<QString, std::int64_t> expected{
            {QStringLiteral("/cart"), bytesOf(TraceSet::ofLabel(traces, "request", "/cart"))},
            {QStringLiteral("/pay"), bytesOf(TraceSet::ofLabel(traces, "request", "/pay"))},
            {QStringLiteral("(without the label)"), bytesOf(~TraceSet::ofLabel(traces, "request"))}};
        QCOMPARE(found, expected);
        QCOMPARE(find<QTreeWidget>("partsLegend")->headerItem()->text(0), QStringLiteral("request"));
        for (const PartsScene::Entry& entry : view.scene()->entries)
            QCOMPARE(bytesOf(tracesOf(traces, {*entry.filter})), entry.now.bytes);

        open(m_folder / "program");  // which has none
        QCOMPARE(by->count(), 6);
    }

    void standInTheTableOfTraces() {
        open(m_folder / "shop");
        m_window->views().showTable(QStringLiteral("Traces"));
        auto* table = find<QTableView>("tracesTable");
        QTRY_VERIFY_WITH_TIMEOUT(table->model()->rowCount() == 40, kPatience);
        QCOMPARE(table->model()->columnCount(), 9);
        std::map<QString, int> labels;
        for (int row = 0; row < 40; ++row) ++labels[table->model()->index(row, 8).data().toString()];
        const std::map<QString, int> expected{{QStringLiteral("request=/cart, task=serve & pay"), 10},
                                              {QStringLiteral("request=/pay"), 5},
                                              {QStringLiteral("task=watch"), 5},
                                              {QString(), 20}};
        QCOMPARE(labels, expected);
        int row = 0;
        while (!table->model()->index(row, 8).data().toString().startsWith(QStringLiteral("request=/cart"))) ++row;
        table->setCurrentIndex(table->model()->index(row, 0));
        QTRY_COMPARE_WITH_TIMEOUT(find<ElidedLabel>("stackTitle")->text(),
                                  QStringLiteral("Stack, innermost frame first \u00B7 request=/cart, task=serve & pay"),
                                  kPatience);
        open(m_folder / "program");
        QTRY_COMPARE_WITH_TIMEOUT(table->model()->columnCount(), 8, kPatience);
    }

private:
    Recording recording() const { return m_window->document()->status().recording; }
    std::int64_t shownBytes() const { return m_window->views().result()->snapshot().total.bytes; }
    std::int64_t bytesOf(const TraceSet& traces) const {
        return totalOf(traces, snapshotAt(recording(), m_window->views().result()->snapshot().time)).bytes;
    }
    /// Chooses a value of a label in the menu of filters.
    void choose(const char* label, const char* value) {
        QMenu* menu = find<QToolButton>("addFilter")->menu();
        emit menu->aboutToShow();
        for (QAction* named : menu->findChild<QMenu*>(QStringLiteral("labelOnly"))->actions()) {
            if (named->text() != QLatin1String(label)) continue;
            for (QAction* action : named->menu()->actions())
                if (action->text() == QLatin1String(value)) {
                    action->trigger();
                    return settle();
                }
        }
        QFAIL("there is no such value");
    }
};

}  // namespace heapprof::gui

QTEST_MAIN(heapprof::gui::LabelsTest)
#include "labels_test.moc"
