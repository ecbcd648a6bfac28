#include "gui/traces/trace_browser.h"

#include <QAbstractItemView>
#include <QHeaderView>
#include <QMenu>
#include <QTabBar>
#include <QVBoxLayout>
#include <utility>

#include "core/blocks/outcomes.h"
#include "gui/common/line_menu.h"
#include "gui/common/result_texts.h"
#include "gui/common/style.h"
#include "gui/traces/block_rows.h"
#include "gui/traces/call_tree_page.h"
#include "gui/traces/callers_callees_page.h"
#include "gui/traces/fitted_tabs.h"
#include "gui/traces/generation_rows.h"
#include "gui/traces/lines_sheet.h"
#include "gui/traces/source_page.h"
#include "gui/traces/table_columns.h"
#include "gui/traces/traces_page.h"
#include "gui/traces/usage_table.h"

namespace heapprof::gui {
namespace {
constexpr int kCumulativeColumn = 3, kMinHeight = 130, kOwnOrder = -1;

/// Of tables about what became of blocks.
QString outcomesEmptyText(const InstantResult& result) {
    if (result.recording.hasEvents() && !tellsOutcomes(result.recording)) return outcomesUnknownText();
    return TraceBrowser::tr("Nothing was allocated in that time.");
}

/// The name of the table that has these columns.
QString tableOf(const TableColumns& columns) { return columns.parent()->parent()->objectName(); }
}  // namespace

TraceBrowser::TraceBrowser(ViewStateStore& store, QWidget* parent) : InstantView(store, parent) {
    setObjectName(QStringLiteral("traceBrowser"));
    m_lines = new UsageTable(QStringLiteral("linesTable"), tr("Lines of code"), kCumulativeColumn);
    m_topDown = new CallTreePage(QStringLiteral("topDownTree"), tr("Call tree from the outermost frame"), false);
    m_bottomUp = new CallTreePage(QStringLiteral("bottomUpTree"), tr("Call tree from the allocating frame"), true);
    m_linePages = {new CallersCalleesPage, new SourcePage};
    m_traces = new TracesPage;
    m_tabs = new FittedTabs;
    m_tabs->setObjectName(QStringLiteral("traceTabs"));
    m_tabs->setBackgroundRole(QPalette::Base);  // also right of the tabs
    m_tabs->setAutoFillBackground(true);
    m_tabs->note()->setObjectName(QStringLiteral("tableSummary"));
    const auto addTab = [this](QWidget* page, const char* title) {  // its name is the same in all languages
        m_tabs->tabBar()->setTabData(m_tabs->addTab(page, tr(title)), QString::fromLatin1(title));
    };
    addTab(m_lines, QT_TR_NOOP("Lines"));
    addTab(m_topDown, QT_TR_NOOP("Top-down"));
    addTab(m_bottomUp, QT_TR_NOOP("Bottom-up"));
    addTab(m_linePages.front(), QT_TR_NOOP("Callers and callees"));
    addTab(m_traces, QT_TR_NOOP("Traces"));
    m_tables = {{m_lines, makeLineRows, emptyTextOf}};
    const auto addTable = [this, addTab](const char* title, const char* name, const QString& accessibleName, auto make,
                                         auto whenEmpty) {
        m_tables.push_back({new UsageTable(QString::fromLatin1(name), accessibleName, kOwnOrder), make, whenEmpty});
        addTab(m_tables.back().table, title);
    };
    addTable(QT_TR_NOOP("Growth"), "growthTable", tr("Lines that grow steadily"), makeGrowthRows,
             [](const InstantResult&) { return tr("No line grows or shrinks steadily."); });
    addTable(QT_TR_NOOP("Generations"), "generationsTable", tr("What each interval left behind"), makeGenerationRows,
             outcomesEmptyText);
    addTable(QT_TR_NOOP("Sizes"), "sizesTable", tr("Sizes of blocks"), makeSizeRows, [](const InstantResult& result) {
        return result.isInterval() && result.mode != IntervalMode::Allocated
                   ? tr("The sizes of blocks are known of Live and of Allocated.")
                   : emptyTextOf(result);
    });
    addTable(QT_TR_NOOP("Lifetimes"), "lifetimesTable", tr("How long blocks live"), makeLifetimeRows,
             outcomesEmptyText);
    addTab(m_linePages.back(), QT_TR_NOOP("Source"));
    // The highest page does not decide how low the window can be.
    for (int tab = 0; tab < m_tabs->count(); ++tab)
        m_tabs->widget(tab)->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Ignored);
    m_tabs->setMinimumHeight(kMinHeight);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tabs);

    const auto finish = [this] {
        updateSummary();
        if (!isBusy()) emit settled();
    };
    for (const TableTab& tab : m_tables) {
        connect(tab.table, &UsageTable::picked, this, [this, table = tab.table](std::uint32_t row, bool byKeyboard) {
            if (const auto line = table->lineOf(row)) select(*line, byKeyboard);
        });
        connect(tab.table, &UsageTable::activated, this, [this, table = tab.table](std::uint32_t row) {
            this->store().change([&](ViewState& state) { table->rows()->open(row, state); });
        });
        connect(tab.table, &UsageTable::settled, this, finish);
    }
    connect(m_topDown, &CallTreePage::picked, this, &TraceBrowser::select);
    connect(m_bottomUp, &CallTreePage::picked, this, &TraceBrowser::select);
    for (LinePage* page : m_linePages) {
        connect(page, &LinePage::picked, this, [this](LineIndex line) { select(line, false); });
        connect(page, &LinePage::settled, this, finish);
    }
    connect(m_traces, &TracesPage::picked, this, &TraceBrowser::select);
    connect(m_topDown, &CallTreePage::settled, this, finish);
    connect(m_bottomUp, &CallTreePage::settled, this, finish);
    connect(m_traces, &TracesPage::settled, this, finish);
    connect(m_tabs, &QTabWidget::currentChanged, this, &TraceBrowser::showTab);
    for (auto* items : findChildren<QAbstractItemView*>()) {
        if (qobject_cast<QHeaderView*>(items)) continue;  // which has a menu of columns
        items->setContextMenuPolicy(Qt::CustomContextMenu);
        connect(items, &QWidget::customContextMenuRequested, this,
                [this, items](const QPoint& at) { showMenu(*items, at); });
    }
    for (const auto* columns : findChildren<TableColumns*>())
        connect(columns, &TableColumns::changed, this, &TraceBrowser::columnsChanged);
    connect(&store, &ViewStateStore::changed, this, &TraceBrowser::onStateChanged);
    updateEmptyTexts();
    for (const TableTab& tab : m_tables) tab.table->setSelectedLine(state().selectedLine);
    m_topDown->setSelectedLine(state().selectedLine);
    m_bottomUp->setSelectedLine(state().selectedLine);
}

TraceBrowser::~TraceBrowser() = default;

void TraceBrowser::setCornerWidget(QWidget* widget) { m_tabs->addCorner(widget); }

QString TraceBrowser::currentTab() const { return m_tabs->tabBar()->tabData(m_tabs->currentIndex()).toString(); }

void TraceBrowser::chooseTab(const QString& name) {
    int chosen = 0;
    for (int tab = 0; tab < m_tabs->count(); ++tab)
        if (m_tabs->tabBar()->tabData(tab).toString() == name) chosen = tab;
    m_tabs->setCurrentIndex(chosen);
}

QJsonObject TraceBrowser::columns() const {
    QJsonObject all;
    for (const auto* each : findChildren<TableColumns*>())
        if (const QJsonObject arrangement = each->arrangement(); !arrangement.isEmpty())
            all[tableOf(*each)] = arrangement;
    return all;
}

void TraceBrowser::arrangeColumns(const QJsonObject& columns) {
    for (auto* each : findChildren<TableColumns*>()) each->arrange(columns[tableOf(*each)].toObject());
}

void TraceBrowser::showResult(std::shared_ptr<const InstantResult> result) {
    m_result = std::move(result);
    updateEmptyTexts();
    m_topDown->setResult(m_result);
    m_bottomUp->setResult(m_result);
    showTab();
    if (!isBusy()) emit settled();
}

void TraceBrowser::showTab() {
    QWidget* current = m_tabs->currentWidget();
    updateSearch();
    m_topDown->setActive(current == m_topDown);
    m_bottomUp->setActive(current == m_bottomUp);
    if (TableTab* tab = currentTable()) {
        if (std::exchange(tab->given, m_result) != m_result)
            tab->table->setRows(
                m_result ? [result = m_result, make = tab->make](std::stop_token stop) { return make(result, stop); }
                         : UsageTable::MakeRows());
    } else if (current == m_traces) {
        if (m_tracesResult != m_result) {
            m_tracesResult = m_result;
            m_traces->setResult(m_result);
        }
        m_traces->setSelectedLine(state().selectedLine);
    } else if (LinePage* page = currentLinePage()) {
        page->showLine(m_result, state().selectedLine);
    }
    updateSummary();
    if (isBusy()) emit preparing();
}

void TraceBrowser::updateSearch() {
    const Search& search = state().search;
    QWidget* current = m_tabs->currentWidget();
    if (TableTab* tab = currentTable())
        tab->table->setSearch(search);
    else if (current == m_traces)
        m_traces->setSearch(search);
    else if (current == m_topDown || current == m_bottomUp)
        static_cast<CallTreePage*>(current)->setSearch(search);
}

void TraceBrowser::updateSummary() {
    const TableTab* tab = currentTable();
    m_tabs->setNote(tab                                   ? tab->table->summary()
                    : m_tabs->currentWidget() == m_traces ? m_traces->summary()
                                                          : QString());
}

const InstantResult* TraceBrowser::outdated() const {
    const QWidget* current = m_tabs->currentWidget();
    std::shared_ptr<const InstantResult> shown;
    if (const TableTab* tab = currentTable())
        shown = tab->table->shownResult();
    else if (const LinePage* page = currentLinePage())
        shown = page->shownResult();
    else if (current == m_traces)
        shown = m_traces->shownResult();
    else
        shown = (current == m_topDown ? m_topDown : m_bottomUp)->model()->shown().result;
    return shown == m_result ? nullptr : shown.get();
}

LinePage* TraceBrowser::currentLinePage() const {
    const auto found = std::ranges::find(m_linePages, m_tabs->currentWidget());
    return found == m_linePages.end() ? nullptr : *found;
}

TraceBrowser::TableTab* TraceBrowser::currentTable() {
    for (TableTab& tab : m_tables)
        if (tab.table == m_tabs->currentWidget()) return &tab;
    return nullptr;
}

bool TraceBrowser::isBusy() const {
    const QWidget* current = m_tabs->currentWidget();
    if (const TableTab* tab = currentTable()) return tab->table->isBusy();
    if (const LinePage* page = currentLinePage()) return page->isBusy();
    if (current == m_traces) return m_traces->isBusy();
    return (current == m_topDown ? m_topDown : m_bottomUp)->isBusy();
}

void TraceBrowser::onStateChanged(const ViewState& now, const ViewState& before) {
    if (now.search != before.search) {
        updateSearch();
        if (isBusy()) emit preparing();
    }
    if (now.selectedLine == before.selectedLine) {
        m_movingByKeyboard = false;
        return;
    }
    for (const TableTab& tab : m_tables) tab.table->setSelectedLine(now.selectedLine);
    m_topDown->setSelectedLine(now.selectedLine);
    m_bottomUp->setSelectedLine(now.selectedLine);
    if (LinePage* page = currentLinePage()) page->showLine(m_result, now.selectedLine);
    if (m_tabs->currentWidget() == m_traces) m_traces->setSelectedLine(now.selectedLine);
}

void TraceBrowser::select(LineIndex line, bool byKeyboard) {
    const auto edit = [line](ViewState& edited) { edited.selectedLine = line; };
    // A run of key presses is one step back, not as many as there were keys.
    if (byKeyboard && m_movingByKeyboard) {
        store().adjust(edit);
    } else {
        store().change(edit);
    }
    m_movingByKeyboard = byKeyboard;
}

QString TraceBrowser::emptyText() const {
    if (!m_result) return tr("Nothing to show yet.");
    return emptyTextOf(*m_result);
}

void TraceBrowser::showMenu(QAbstractItemView& items, const QPoint& at) {
    if (!m_result) return;
    const QVariant line = items.indexAt(at).data(LineRole);
    if (line.isValid()) select(LineIndex(line.toUInt()), false);
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("lineMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (line.isValid()) addLineActions(*menu, store(), *m_result->info);
    menu->addSeparator();
    menu->addActions(items.actions());
    menu->popup(items.viewport()->mapToGlobal(at));
}

void TraceBrowser::updateEmptyTexts() {
    for (const TableTab& tab : m_tables) tab.table->setEmptyText(m_result ? tab.emptyText(*m_result) : emptyText());
    m_topDown->setEmptyText(emptyText());
    m_bottomUp->setEmptyText(emptyText());
    m_traces->setEmptyText(emptyText());
}

LinesSheet TraceBrowser::sheet() const {
    LinesSheet sheet;
    if (m_result) {
        const auto ready = m_lines->rows();
        sheet.rows = ready && ready->sharedResult() == m_result ? ready : makeLineRows(m_result);
    }
    sheet.palette = palette();
    sheet.font = font();
    sheet.emptyText = emptyText();
    return sheet;
}

QSizeF TraceBrowser::pageSize() const { return sheet().size(); }

void TraceBrowser::drawPage(QPainter& painter, const QSizeF& size) { sheet().draw(painter, size); }

}  // namespace heapprof::gui
