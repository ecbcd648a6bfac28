#include "gui/traces/call_tree_page.h"

#include <QEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QTreeView>
#include <QVBoxLayout>
#include <algorithm>
#include <deque>

#include "gui/traces/empty_label.h"
#include "gui/traces/heat_delegate.h"
#include "gui/traces/item_actions.h"
#include "gui/traces/table_columns.h"

namespace heapprof::gui {
namespace {
constexpr std::size_t kMaxRestored = 500;  // expanded nodes that are found again in the next tree
constexpr int kRowsToUnfold = 200;         // of a filtered tree
}  // namespace

CallTreePage::CallTreePage(const QString& name, const QString& accessibleName, bool bottomUp, QWidget* parent)
    : QWidget(parent), m_bottomUp(bottomUp) {
    m_view = new QTreeView;
    m_view->setObjectName(name);
    m_view->setAccessibleName(accessibleName);
    m_model = new CallTreeModel(this);
    m_model->setPalette(palette());
    m_view->setModel(m_model);
    m_view->setItemDelegate(new HeatDelegate(m_view));
    m_view->setUniformRowHeights(true);
    m_view->setIndentation(14);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->header()->setStretchLastSection(false);
    m_view->header()->setSortIndicator(m_sortColumn, Qt::DescendingOrder);
    m_view->setSortingEnabled(true);
    const int digit = fontMetrics().horizontalAdvance(QLatin1Char('0'));
    std::vector<ColumnWidth> widths;
    for (int column = 0; column < m_model->columnCount(); ++column)
        widths.push_back(widthOf(CallTreeModel::kindOf(column),
                                 m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString(),
                                 fontMetrics()));
    widths[CallTreeModel::Name] = {digit * 44, digit * 26};
    addCopyActions(m_view);
    addColumnMenu(m_view->header());
    m_columns = new TableColumns(m_view->header());
    hideEmptyColumns();
    m_columns->setWidths(std::move(widths), CallTreeModel::Name);
    m_empty = makeEmptyLabel(m_view, name);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_view);

    connect(m_model, &CallTreeModel::sortRequested, this, [this](int column, Qt::SortOrder order) {
        m_sortColumn = column;
        m_descending = order == Qt::DescendingOrder;
        refresh();
    });
    connect(m_view, &QTreeView::expanded, this, [this](const QModelIndex& i) { m_expanded.insert(m_model->node(i)); });
    connect(m_view, &QTreeView::collapsed, this, [this](const QModelIndex& i) { m_expanded.remove(m_model->node(i)); });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& now) {
        if (m_isMarking || !now.isValid()) return;
        const auto line = lineOf(now);
        m_selectedLine = line;
        if (line) emit picked(*line, QGuiApplication::mouseButtons() == Qt::NoButton);
    });
}

void CallTreePage::hideEmptyColumns() {
    std::vector<int> columns;
    // Bottom-up, what a trace holds itself stands at its outermost frame, which tells nobody anything.
    if (m_bottomUp) columns.push_back(CallTreeModel::Self);
    if (m_result && !(m_result->snapshot().total.varianceOf(m_result->measure()) > 0))
        columns.push_back(CallTreeModel::Interval);
    m_columns->hideEmpty(columns);
}

void CallTreePage::setResult(std::shared_ptr<const InstantResult> result) {
    m_result = std::move(result);
    refresh();
}

void CallTreePage::setActive(bool active) {
    m_isActive = active;
    if (active && m_isDirty) {
        refresh();
    } else if (active) {
        findSelected();
    }
}

void CallTreePage::refresh() {
    m_isDirty = true;
    if (!m_isActive) return m_treeTask.cancel();
    m_isDirty = false;
    if (!m_result) {
        m_treeTask.cancel();
        take({});
        return;
    }
    m_treeTask.start(
        [result = m_result,
         order = TreeOrder{nullptr, CallTreeModel::sortOf(m_sortColumn), m_descending, m_result->measure()},
         search = m_search.text, bottomUp = m_bottomUp](std::stop_token stop) mutable {
            if (!search.empty()) order.matches = result->search(search);
            ShownTree shown;
            shown.result = result;
            shown.tree = std::shared_ptr<const CallTree>(result, &result->tree(bottomUp));
            shown.rows = std::make_shared<const TreeRows>(shown.tree, result->traces(), order, stop);
            return shown;
        },
        [this](ShownTree shown) { take(std::move(shown)); });
}

void CallTreePage::take(ShownTree shown) {
    const ShownTree before = m_model->shown();
    std::vector<std::uint32_t> expanded(m_expanded.begin(), m_expanded.end());
    std::sort(expanded.begin(), expanded.end());  // outer nodes first
    if (expanded.size() > kMaxRestored) expanded.resize(kMaxRestored);
    std::vector<std::uint32_t> restored;
    if (before.tree && shown.tree) {
        for (const std::uint32_t node : expanded) {
            if (before.tree == shown.tree) {
                restored.push_back(node);
                continue;
            }
            const auto path = pathTo(*before.tree, node);
            const std::uint32_t found = findPath(*shown.tree, path);
            if (found != 0 && shown.tree->nodes[found].depth == path.size()) restored.push_back(found);
        }
    }
    m_expanded.clear();
    m_isMarking = true;
    m_model->setTree(std::move(shown));
    m_isMarking = false;
    hideEmptyColumns();
    for (const std::uint32_t node : restored) {
        if (const QModelIndex index = m_model->indexOf(node); index.isValid()) m_view->expand(index);
    }
    if (!m_search.text.empty()) expandMatches();
    m_empty->setVisible(m_model->rowCount() == 0);
    findSelected();
    goToMatch();
    if (!isBusy()) emit settled();
}

void CallTreePage::setSearch(const Search& search) {
    const Search before = std::exchange(m_search, search);
    m_isToGoToMatch = search.at && search.at != before.at;
    if (search.text != before.text) return refresh();
    if (m_isActive) goToMatch();
}

void CallTreePage::goToMatch() {
    m_model->setMatch(m_search.at);
    m_view->viewport()->update();
    if (m_treeTask.isRunning() || !m_model->shown().rows || !std::exchange(m_isToGoToMatch, false)) return;
    findNode(m_matchTask, *m_search.at, [this](std::uint32_t node) {
        if (const QModelIndex index = m_model->indexOf(node); index.isValid()) m_view->scrollTo(index);
    });
}

void CallTreePage::expandMatches() {
    std::deque<QModelIndex> open{QModelIndex()};
    int rows = 0;
    while (!open.empty() && rows < kRowsToUnfold) {
        const QModelIndex parent = open.front();
        open.pop_front();
        if (parent.isValid()) m_view->expand(parent);
        for (int row = 0; row < m_model->rowCount(parent) && rows < kRowsToUnfold; ++row, ++rows) {
            const QModelIndex child = m_model->index(row, 0, parent);
            if (m_model->hasChildren(child)) open.push_back(child);
        }
    }
}

void CallTreePage::setEmptyText(const QString& text) {
    m_empty->setText(text);
    m_empty->setVisible(m_model->rowCount() == 0);
}

void CallTreePage::setSelectedLine(std::optional<LineIndex> line) {
    m_selectedLine = line;
    if (m_isActive) findSelected();
}

std::optional<LineIndex> CallTreePage::lineOf(const QModelIndex& index) const {
    if (!index.isValid()) return std::nullopt;
    const CallTree::Node& node = m_model->shown().tree->nodes[m_model->node(index)];
    if (!node.hasFrame) return std::nullopt;
    return m_model->shown().result->traces().lineOf(node.frame);
}

void CallTreePage::findSelected() {
    const ShownTree& shown = m_model->shown();
    if (!shown.rows || !m_selectedLine) {
        m_findTask.cancel();
        mark({});
        return;
    }
    if (lineOf(m_view->currentIndex()) == m_selectedLine) return m_findTask.cancel();
    findNode(m_findTask, *m_selectedLine, [this](std::uint32_t node) { mark(m_model->indexOf(node)); });
}

void CallTreePage::findNode(LatestTask<std::uint32_t>& task, LineIndex line, std::function<void(std::uint32_t)> take) {
    task.start(
        [shown = m_model->shown(), line](std::stop_token) -> std::uint32_t {
            const auto isOn = shown.tree->grouping.framesOnLine(shown.result->traces(), line);
            for (std::uint32_t i = 1; i < shown.tree->nodes.size(); ++i) {
                const CallTree::Node& node = shown.tree->nodes[i];
                if (node.hasFrame && isOn[node.frame.value] && shown.rows->has(i)) return i;
            }
            return 0;
        },
        [this, take = std::move(take)](std::uint32_t node) {
            take(node);
            if (!isBusy()) emit settled();
        });
}

void CallTreePage::mark(const QModelIndex& index) {
    m_isMarking = true;
    if (index.isValid()) {
        m_view->selectionModel()->setCurrentIndex(index,
                                                  QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        m_view->scrollTo(index);  // opens what is above it
    } else {
        m_view->selectionModel()->clear();
    }
    m_isMarking = false;
}

void CallTreePage::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) m_model->setPalette(palette());
    QWidget::changeEvent(event);
}

}  // namespace heapprof::gui
